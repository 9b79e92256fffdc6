import { SocketError, type Socket } from "@wit2ts/core-libs/socket";
import { causeOf, unwrap } from "@wit2ts/runtime";
import { createWasiSocket } from "@wit2ts/socket/wasi";
import { describe, expect, it } from "vitest";
import { FakeHost, wasiAddress } from "./fake-host.js";
import { TrackedHost } from "./tracked-host.js";

/** Every case of `error-code`, and the error of the contract that it is mapped to. */
const codes: Readonly<Record<string, SocketError>> = {
  unknown: "other",
  "access-denied": "other",
  "not-supported": "other",
  "invalid-argument": "invalid-input",
  "out-of-memory": "other",
  timeout: "timeout",
  "concurrency-conflict": "other",
  "not-in-progress": "other",
  "would-block": "would-block",
  "invalid-state": "invalid-input",
  "new-socket-limit": "other",
  "address-not-bindable": "address-not-available",
  "address-in-use": "address-in-use",
  "remote-unreachable": "network-unreachable",
  "connection-refused": "connection-refused",
  "connection-reset": "connection-reset",
  "connection-aborted": "connection-aborted",
  "datagram-too-large": "invalid-input",
  "name-unresolvable": "address-not-available",
  "temporary-resolver-failure": "address-not-available",
  "permanent-resolver-failure": "address-not-available",
};
const peer = { host: "127.0.0.1", port: 80 };

describe("an error-code of wasi:sockets", () => {
  it.each(Object.entries(codes))("%s is mapped to %s", (code, error) => {
    const host = new FakeHost();
    using socket = createWasiSocket(host.imports);
    const handle = unwrap(socket.createSocket("ipv4", "tcp"));
    host.errors.set("start-connect", [code]);
    const result = socket.connect(handle, peer);
    expect(result).toEqual({ tag: "err", val: error });
    // The original code is available to the host.
    expect(causeOf(result)).toMatchObject({ code });
  });

  it("may be the payload of the thrown error, as in a component", () => {
    const host = new FakeHost();
    using socket = createWasiSocket(host.imports);
    const handle = unwrap(socket.createSocket("ipv4", "tcp"));
    host.errors.set("finish-connect", [
      Object.assign(new Error("thrown"), { payload: "would-block" }),
      Object.assign(new Error("thrown"), { payload: "connection-refused" }),
    ]);
    expect(socket.connect(handle, peer)).toEqual({
      tag: "err",
      val: SocketError.ConnectionRefused,
    });
  });

  it("is distinguished from exceptions that are not errors of WASI", () => {
    const host = new FakeHost();
    using socket = createWasiSocket(host.imports);
    const handle = unwrap(socket.createSocket("ipv4", "tcp"));
    const mistake = new Error("a mistake of the host's");
    host.errors.set("start-connect", [mistake]);
    const result = socket.connect(handle, peer);
    expect(result).toEqual({ tag: "err", val: "other" });
    expect(causeOf(result)).toBe(mistake);
  });
});

describe("the error of a broken connection", () => {
  it.each([
    ["read ECONNRESET", "connection-reset"],
    ["write EPIPE", "connection-reset"],
    ["Connection reset by peer (os error 104)", "connection-reset"],
    ["Os { code: 104, kind: ConnectionReset }", "connection-reset"],
    ["Broken pipe (os error 32)", "connection-reset"],
    ["Software caused connection abort (os error 103)", "connection-aborted"],
    ["Connection refused (os error 111)", "connection-refused"],
    ["Connection timed out (os error 110)", "timeout"],
    ["No route to host (os error 113)", "network-unreachable"],
    ["Host is down (os error 112)", "network-unreachable"],
    ["Network is unreachable (os error 101)", "network-unreachable"],
    ["Network is down", "network-unreachable"],
    // Windows reports it in the user's language.
    [
      "Eine vorhandene Verbindung wurde … geschlossen. (os error 10054)",
      "connection-reset",
    ],
    ["ERROR: connection reset by peer", "connection-reset"],
    ["read EIO", "other"],
    ["something else", "other"],
  ])(
    "%s is reported as %s permanently, after earlier data is read",
    (text, error) => {
      const host = new FakeHost();
      const tracked = new TrackedHost(host.imports);
      const socket = createWasiSocket(tracked.imports);
      const handle = connected(socket);
      host.input.push(Uint8Array.of(1, 2), { failed: text }, "closed");
      expect(unwrap(socket.receive(handle, 10n))).toEqual(Uint8Array.of(1, 2));
      for (let times = 0; times < 3; times++)
        expect(socket.receive(handle, 10n)).toEqual({ tag: "err", val: error });
      expect(socket.send(handle, Uint8Array.of(1))).toEqual({
        tag: "err",
        val: error,
      });
      expect(causeOf(socket.receive(handle, 10n))).toMatchObject({
        message: expect.stringContaining(text) as string,
      });
      socket.dispose();
      expect(tracked.account()).toEqual([]);
    },
  );

  it("is connection-reset if its output is closed", () => {
    const host = new FakeHost();
    using socket = createWasiSocket(host.imports);
    const handle = connected(socket);
    host.errors.set("check-write", [{ tag: "closed" }]);
    for (let times = 0; times < 2; times++)
      expect(socket.send(handle, Uint8Array.of(1))).toEqual({
        tag: "err",
        val: "connection-reset",
      });
    // Data that the peer sent before can still be read, followed by the error instead of the end of the stream.
    host.input.push(Uint8Array.of(7), "closed");
    expect(unwrap(socket.receive(handle, 10n))).toEqual(Uint8Array.of(7));
    expect(socket.receive(handle, 10n)).toEqual({
      tag: "err",
      val: "connection-reset",
    });
  });
});

/** A program that calls every function of WASI that can fail. */
function useEverything(host: FakeHost, socket: Socket): void {
  host.names.set("peer.test", ["10.0.0.1", "127.0.0.1"]);
  const from = { host: "127.0.0.1", port: 0 };
  const server = socket.createSocket("ipv4", "tcp");
  if (server.tag === "ok") {
    socket.bind(server.val, from);
    socket.listen(server.val, 4);
    socket.setReadTimeout(server.val, 0n);
    const accepted = socket.accept(server.val);
    if (accepted.tag === "ok") socket.getPeerAddress(accepted.val);
  }
  const client = socket.createSocket("ipv4", "tcp");
  if (client.tag === "ok") {
    socket.bind(client.val, from);
    socket.connect(client.val, { host: "peer.test", port: 80 });
    socket.send(client.val, Uint8Array.of(1, 2, 3));
    socket.setReadTimeout(client.val, 0n);
    socket.receive(client.val, 10n);
  }
  const datagrams = socket.createSocket("ipv4", "udp");
  if (datagrams.tag === "ok") {
    socket.bind(datagrams.val, from);
    socket.sendTo(datagrams.val, Uint8Array.of(1), peer);
    socket.setReadTimeout(datagrams.val, 0n);
    socket.receiveFrom(datagrams.val, 10n);
    socket.connect(datagrams.val, peer);
    socket.connect(datagrams.val, { ...peer, port: 81 });
    socket.send(datagrams.val, Uint8Array.of(1));
    socket.receive(datagrams.val, 10n);
  }
}

describe("a failure", () => {
  const functions = [
    "create-tcp-socket",
    "start-bind",
    "finish-bind",
    "local-address",
    "set-listen-backlog-size",
    "start-listen",
    "finish-listen",
    "accept",
    "resolve-addresses",
    "resolve-next-address",
    "start-connect",
    "finish-connect",
    "remote-address",
    "create-udp-socket",
    "stream",
    "check-send",
    "send",
    "receive",
  ];

  it.each(functions)("of `%s` leaks no resource", (name) => {
    // A run without a failure, to count the calls of the function.
    const calm = new FakeHost();
    const undisturbed = new TrackedHost(calm.imports);
    prepare(calm);
    using none = createWasiSocket(undisturbed.imports);
    useEverything(calm, none);
    none.dispose();
    expect(undisturbed.account()).toEqual([]);
    const calls = calm.count(name);
    expect(calls).toBeGreaterThan(0);

    for (let nth = 0; nth < calls; nth++) {
      const host = new FakeHost();
      prepare(host);
      const tracked = new TrackedHost(host.imports);
      const socket = createWasiSocket(tracked.imports);
      host.errors.set(name, [...new Array<string>(nth).fill("ok"), "unknown"]);
      useEverything(host, socket);
      socket.dispose();
      expect(host.errors.get(name)).toEqual([]);
      expect(tracked.account()).toEqual([]);
    }
  });

  it.each(["check-write", "write", "read"])(
    "of `%s` of a stream leaks no resource",
    (name) => {
      const host = new FakeHost();
      const tracked = new TrackedHost(host.imports);
      const socket = createWasiSocket(tracked.imports);
      host.errors.set(name, [{ tag: "closed" }]);
      useEverything(host, socket);
      socket.dispose();
      expect(host.errors.get(name)).toEqual([]);
      expect(tracked.account()).toEqual([]);
    },
  );
});

function prepare(host: FakeHost): void {
  host.connections = 2;
  host.datagrams.push({
    data: Uint8Array.of(9),
    remoteAddress: wasiAddress("127.0.0.1", 80),
  });
}

function connected(socket: Socket): number {
  const handle = unwrap(socket.createSocket("ipv4", "tcp"));
  unwrap(socket.connect(handle, peer));
  return handle;
}
