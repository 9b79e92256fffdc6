import { createSocket as createUdp } from "node:dgram";
import { once } from "node:events";
import {
  connect as connectRaw,
  createServer,
  Socket,
  type AddressInfo,
} from "node:net";
import { constants } from "node:os";
import type { SocketError } from "@wit2ts/core-libs/socket";
import { causeOf } from "@wit2ts/runtime";
import { describe, expect, it } from "vitest";
import { canMakeNamespaces, runForJson } from "./support.js";
import {
  failure,
  socketErrorOf,
  socketErrorOfCode,
} from "../../../../runtime/socket/src/host/errors.js";

/** The error table of the contract, written down independently; the table in `host/errors.ts` must agree with it. */
const rows: readonly (readonly [SocketError, readonly string[]])[] = [
  ["connection-refused", ["ECONNREFUSED", "connection-refused"]],
  [
    "connection-reset",
    ["ECONNRESET", "EPIPE", "ESHUTDOWN", "connection-reset"],
  ],
  [
    "connection-aborted",
    [
      "ECONNABORTED",
      "ECANCELED",
      "ERR_SOCKET_CLOSED",
      "ERR_SOCKET_CLOSED_BEFORE_CONNECTION",
      "ERR_STREAM_DESTROYED",
      "connection-aborted",
    ],
  ],
  [
    "network-unreachable",
    [
      "ENETUNREACH",
      "ENETDOWN",
      "EHOSTUNREACH",
      "EHOSTDOWN",
      "ENONET",
      "remote-unreachable",
    ],
  ],
  ["address-in-use", ["EADDRINUSE", "address-in-use"]],
  [
    "address-not-available",
    [
      "EADDRNOTAVAIL",
      "ENOTFOUND",
      // The errors of resolvers that implement DNS themselves.
      "ENODATA",
      "ESERVFAIL",
      "EREFUSED",
      "ENOTIMP",
      "EFORMERR",
      "EBADRESP",
      "EBADQUERY",
      "ECANCELLED",
      "EDESTRUCTION",
      "EBADNAME",
      "EBADFAMILY",
      "ENONAME",
      "ETIMEOUT",
      "EAI_AGAIN",
      "EAI_FAIL",
      "EAI_NODATA",
      "EAI_NONAME",
      "EAI_FAMILY",
      "EAI_MEMORY",
      "address-not-bindable",
      "name-unresolvable",
      "temporary-resolver-failure",
      "permanent-resolver-failure",
    ],
  ],
  ["timeout", ["ETIMEDOUT", "ERR_SOCKET_CONNECTION_TIMEOUT", "timeout"]],
  ["would-block", ["EAGAIN", "EWOULDBLOCK", "EINPROGRESS", "would-block"]],
  [
    "invalid-input",
    [
      "EINVAL",
      "EAFNOSUPPORT",
      "EDESTADDRREQ",
      "EISCONN",
      "ENOTCONN",
      "EBADF",
      "ENOTSOCK",
      "EMSGSIZE",
      "EPROTOTYPE",
      "ERR_INVALID_ARG_TYPE",
      "ERR_INVALID_ARG_VALUE",
      "ERR_OUT_OF_RANGE",
      "ERR_SOCKET_BAD_PORT",
      "ERR_SOCKET_BAD_TYPE",
      "ERR_SOCKET_DGRAM_IS_CONNECTED",
      "ERR_SOCKET_DGRAM_NOT_CONNECTED",
      "ERR_SOCKET_DGRAM_NOT_RUNNING",
      "invalid-argument",
      "invalid-state",
      "datagram-too-large",
    ],
  ],
  [
    "other",
    [
      "EACCES",
      "EPERM",
      "EMFILE",
      "ENFILE",
      "ENOBUFS",
      "ENOMEM",
      "EIO",
      "ENOSYS",
      "EALREADY",
      "EPROTO",
      "access-denied",
      "not-supported",
      "out-of-memory",
      "concurrency-conflict",
      "not-in-progress",
      "new-socket-limit",
      "unknown",
      "",
      "SOMETHING_NEW",
    ],
  ],
];

describe("the error table", () => {
  for (const [error, codes] of rows) {
    it.each(codes)(`maps %s to ${error}`, (code) => {
      expect(socketErrorOfCode(code)).toBe(error);
      const thrown = Object.assign(new Error("as the system throws it"), {
        code,
      });
      expect(socketErrorOf(thrown)).toBe(error);
      const result = failure(thrown);
      expect(result).toEqual({ tag: "err", val: error });
      expect(causeOf(result)).toBe(thrown);
    });
  }

  it("uses the last of several errors", () => {
    const of = (code: string): Error =>
      Object.assign(new Error(code), { code });
    expect(
      socketErrorOf(new AggregateError([of("ETIMEDOUT"), of("ECONNREFUSED")])),
    ).toBe("connection-refused");
    const nested = new AggregateError([
      of("EPIPE"),
      new AggregateError([of("EADDRINUSE"), of("ENETUNREACH")]),
    ]);
    expect(socketErrorOf(nested)).toBe("network-unreachable");
  });

  it.each([
    undefined,
    null,
    "text",
    5,
    {},
    { code: 5 },
    new Error("no code"),
    new AggregateError([]),
  ])("maps values without a code to `other`: %s", (thrown) => {
    expect(socketErrorOf(thrown)).toBe("other");
  });

  it("survives errors that contain themselves", () => {
    const circle: { errors: unknown[] } = { errors: [] };
    circle.errors.push(circle);
    expect(socketErrorOf(circle)).toBe("other");
  });

  it("maps every errno of this system that is not listed to `other`", () => {
    const known = new Set(rows.flatMap(([, codes]) => codes));
    for (const code of Object.keys(constants.errno)) {
      if (!known.has(code)) expect(socketErrorOfCode(code)).toBe("other");
    }
  });
});

/** For each code, the expected error, and a function that provokes the code and returns the thrown error. */
const real: Readonly<
  Record<string, readonly [SocketError, () => Promise<unknown>]>
> = {
  ECONNREFUSED: [
    "connection-refused",
    async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      server.close();
      await once(server, "close");
      return errorOf(connectRaw({ host: "127.0.0.1", port }));
    },
  ],
  EADDRINUSE: [
    "address-in-use",
    async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const error = await errorOf(createServer().listen(port, "127.0.0.1"));
      server.close();
      return error;
    },
  ],
  EADDRNOTAVAIL: [
    "address-not-available",
    () => errorOf(createServer().listen(0, "192.0.2.1")),
  ],
  EINVAL: [
    "invalid-input",
    // A link-local address without a scope.
    () => errorOf(createServer().listen(0, "fe80::1")),
  ],
  EMSGSIZE: [
    "invalid-input",
    async () => {
      const socket = createUdp("udp4");
      const error = await new Promise((resolve) => {
        socket.send(new Uint8Array(65_508), 9, "127.0.0.1", resolve);
      });
      socket.close();
      return error;
    },
  ],
  EACCES: [
    "other",
    async () => {
      const socket = createUdp("udp4");
      const error = await new Promise((resolve) => {
        // The broadcast address of loopback, without the option that allows it.
        socket.send(new Uint8Array(1), 9, "127.255.255.255", resolve);
      });
      socket.close();
      return error;
    },
  ],
  ECONNRESET: [
    "connection-reset",
    async () => {
      const server = createServer((socket) => socket.resetAndDestroy()).listen(
        0,
        "127.0.0.1",
      );
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const error = await errorOf(connectRaw({ host: "127.0.0.1", port }));
      server.close();
      return error;
    },
  ],
  EPIPE: [
    "connection-reset",
    async () => {
      const server = createServer((socket) => socket.destroy()).listen(
        0,
        "127.0.0.1",
      );
      await once(server, "listening");
      const { port } = server.address() as AddressInfo;
      const client = connectRaw({
        host: "127.0.0.1",
        port,
        allowHalfOpen: true,
      });
      client.resume();
      await once(client, "end");
      const failed = errorOf(client);
      const again = setInterval(() => client.write("x"), 5);
      const error = await failed;
      clearInterval(again);
      server.close();
      return error;
    },
  ],
  ERR_SOCKET_BAD_PORT: [
    "invalid-input",
    () => {
      const socket = new Socket();
      try {
        socket.connect({ host: "127.0.0.1", port: 65_536 });
        return Promise.resolve(undefined);
      } catch (error) {
        return Promise.resolve(error);
      } finally {
        socket.destroy();
      }
    },
  ],
};

async function errorOf(emitter: NodeJS.EventEmitter): Promise<unknown> {
  const [error] = (await once(emitter, "error").catch((thrown: unknown) => [
    thrown,
  ])) as [unknown];
  return new Promise((resolve) => {
    if (error !== undefined) resolve(error);
    else emitter.once("error", resolve);
  });
}

describe.skipIf(process.platform !== "linux")(
  // Operating systems differ in the errors they choose; these are Linux's.
  "an error that the system throws",
  () => {
    it.each(Object.entries(real))(
      "with the code %s is mapped by the table",
      async (code, [expected, provoke]) => {
        const error = await provoke();
        expect(error).toMatchObject({ code });
        expect(socketErrorOf(error)).toBe(expected);
      },
    );
  },
);

describe.skipIf(!(await canMakeNamespaces()))(
  // Without a network namespace, the lookup would query a real resolver.
  "an error that the system throws without a network",
  () => {
    it("from a failed name lookup is mapped by the table", async () => {
      const program = `require("node:dns").lookup("nowhere.invalid", (error) => console.log(JSON.stringify(error.code)))`;
      const code = await runForJson(
        "unshare",
        "-rn",
        process.execPath,
        "-e",
        program,
      );
      expect(["EAI_AGAIN", "ENOTFOUND"]).toContain(code);
      expect(socketErrorOf(Object.assign(new Error("lookup"), { code }))).toBe(
        "address-not-available",
      );
    });
  },
);
