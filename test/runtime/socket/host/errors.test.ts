import { causeOf } from "@wit2ts/runtime";
import { describe, expect, it } from "vitest";
import {
  failure,
  socketErrorOf,
  socketErrorOfCode,
  systemError,
} from "../../../../runtime/socket/src/host/errors.js";

/** The error table of the contract, written down a second time; the code must agree with it. */
const rows: Record<string, string> = {
  ECONNREFUSED: "connection-refused",
  ECONNRESET: "connection-reset",
  EPIPE: "connection-reset",
  ECONNABORTED: "connection-aborted",
  ENETUNREACH: "network-unreachable",
  ENETDOWN: "network-unreachable",
  EHOSTUNREACH: "network-unreachable",
  EHOSTDOWN: "network-unreachable",
  EADDRINUSE: "address-in-use",
  EADDRNOTAVAIL: "address-not-available",
  ENOTFOUND: "address-not-available",
  EAI_AGAIN: "address-not-available",
  EAI_FAIL: "address-not-available",
  EAI_NODATA: "address-not-available",
  EAI_NONAME: "address-not-available",
  ETIMEDOUT: "timeout",
  EAGAIN: "would-block",
  EWOULDBLOCK: "would-block",
  EINPROGRESS: "would-block",
  EINVAL: "invalid-input",
  EAFNOSUPPORT: "invalid-input",
  EDESTADDRREQ: "invalid-input",
  EISCONN: "invalid-input",
  ENOTCONN: "invalid-input",
  EBADF: "invalid-input",
  EMSGSIZE: "invalid-input",
  EPROTOTYPE: "invalid-input",
  ERR_INVALID_ARG_TYPE: "invalid-input",
  ERR_INVALID_ARG_VALUE: "invalid-input",
  ERR_OUT_OF_RANGE: "invalid-input",
  ERR_SOCKET_BAD_PORT: "invalid-input",
  EACCES: "other",
  EPERM: "other",
  EMFILE: "other",
  ENFILE: "other",
  ENOBUFS: "other",
  ENOMEM: "other",
  EIO: "other",
  ERR_INTERNAL_ASSERTION: "other",
  "access-denied": "other",
  "not-supported": "other",
  "out-of-memory": "other",
  "concurrency-conflict": "other",
  "not-in-progress": "other",
  "new-socket-limit": "other",
  unknown: "other",
  "invalid-argument": "invalid-input",
  "invalid-state": "invalid-input",
  "datagram-too-large": "invalid-input",
  timeout: "timeout",
  "would-block": "would-block",
  "address-not-bindable": "address-not-available",
  "name-unresolvable": "address-not-available",
  "temporary-resolver-failure": "address-not-available",
  "permanent-resolver-failure": "address-not-available",
  "remote-unreachable": "network-unreachable",
  "connection-refused": "connection-refused",
  "connection-reset": "connection-reset",
  "connection-aborted": "connection-aborted",
  "address-in-use": "address-in-use",
};

describe("the error table", () => {
  it.each(Object.entries(rows))("maps %s to %s", (code, expected) => {
    expect(socketErrorOfCode(code)).toBe(expected);
    const cause = systemError(code, "it failed");
    const failed = failure(cause);
    expect(failed).toEqual({ tag: "err", val: expected });
    expect(causeOf(failed)).toBe(cause);
  });

  it("uses the last of several errors", () => {
    const errors = [
      systemError("ENETUNREACH", "first"),
      systemError("ECONNREFUSED", "last"),
    ];
    expect(socketErrorOf(new AggregateError(errors))).toBe(
      "connection-refused",
    );
    expect(socketErrorOf(new AggregateError([]))).toBe("other");
  });

  it("maps values without a code to `other`, and keeps them as the cause", () => {
    for (const cause of [new TypeError("a bug"), "a text", undefined, 7]) {
      const failed = failure(cause);
      expect(failed.val).toBe("other");
      expect(causeOf(failed)).toBe(cause);
    }
    const circle: { errors: unknown[] } = { errors: [] };
    circle.errors.push(circle);
    expect(socketErrorOf(circle)).toBe("other");
  });
});
