import { setTimeout } from "node:timers/promises";
import type { Socket } from "@wit2ts/core-libs/socket";
import { unwrap } from "@wit2ts/runtime";
import {
  createWasiSocket,
  type BlockingSocketBackend,
  type WasiSocketOptions,
} from "@wit2ts/socket/wasi";
import { afterEach, describe, expect, it } from "vitest";
import { FakeHost, wasiAddress } from "./fake-host.js";
import { TrackedHost } from "./tracked-host.js";

const peer = { host: "127.0.0.1", port: 80 };
const from = { host: "127.0.0.1", port: 0 };
const millisecond = 1_000_000n;

let ending: (() => void) | undefined;

afterEach(() => {
  ending?.();
  ending = undefined;
});

/** Creates a backend on a scripted host. After the test it is disposed of, and no resource may be left. */
function backend(options?: WasiSocketOptions): {
  host: FakeHost;
  socket: BlockingSocketBackend;
} {
  const host = new FakeHost();
  const tracked = new TrackedHost(host.imports);
  const socket = createWasiSocket(tracked.imports, options);
  ending = () => {
    socket.dispose();
    expect(tracked.account()).toEqual([]);
  };
  return { host, socket };
}

function connected(socket: Socket): number {
  const handle = unwrap(socket.createSocket("ipv4", "tcp"));
  unwrap(socket.connect(handle, peer));
  return handle;
}

describe("createWasiSocket", () => {
  it("names the function that the host lacks", () => {
    const { imports } = new FakeHost();
    expect(() =>
      createWasiSocket({ ...imports, io: { ...imports.io, poll: {} } }),
    ).toThrow("`poll` of wasi:io/poll@0.2.12");
  });

  it("throws a RangeError for an invalid delivery timeout", () => {
    const { imports } = new FakeHost();
    for (const deliveryTimeout of [-1, NaN])
      expect(() => createWasiSocket(imports, { deliveryTimeout })).toThrow(
        RangeError,
      );
  });

  it("calls no function of the host before it is used", () => {
    const { host } = backend();
    expect(host.calls).toEqual([]);
  });
});

describe("calls of the host", () => {
  it("are one per send while the permit lasts, and never flush or shutdown", () => {
    const { host, socket } = backend();
    const handle = connected(socket);
    host.permits.push(10, 4, 0, 20);
    host.calls.length = 0;
    unwrap(socket.send(handle, new Uint8Array(4)));
    expect(host.calls).toEqual(["check-write", "write"]);
    host.calls.length = 0;
    unwrap(socket.send(handle, new Uint8Array(6)));
    expect(host.calls).toEqual(["write"]);
    unwrap(socket.send(handle, new Uint8Array(7)));
    expect(host.written.map(({ length }) => length)).toEqual([4, 6, 4, 3]);
    unwrap(socket.close(handle));
    expect(host.count("flush")).toBe(0);
    expect(host.count("shutdown")).toBe(0);
  });

  it("are one per receive without a timeout", () => {
    const { host, socket } = backend();
    const handle = connected(socket);
    host.input.push(Uint8Array.of(1, 2, 3, 4));
    host.calls.length = 0;
    expect(unwrap(socket.receive(handle, 3n))).toEqual(Uint8Array.of(1, 2, 3));
    expect(unwrap(socket.receive(handle, 3n))).toEqual(Uint8Array.of(4));
    expect(host.calls).toEqual(["blocking-read", "blocking-read"]);
  });

  it("are one per receive with a timeout if data is there, and otherwise subscribe to each pollable once", () => {
    const { host, socket } = backend();
    const handle = connected(socket);
    unwrap(socket.setReadTimeout(handle, 100n));
    host.input.push(Uint8Array.of(1));
    host.calls.length = 0;
    unwrap(socket.receive(handle, 3n));
    expect(host.calls).toEqual(["read"]);
    host.calls.length = 0;
    const started = host.time;
    expect(socket.receive(handle, 3n)).toEqual({ tag: "err", val: "timeout" });
    expect(host.time - started).toBe(100n * millisecond);
    expect(host.count("subscribe")).toBe(1);
    expect(host.count("subscribe-instant")).toBe(1);
  });

  it("receive several datagrams at a time", () => {
    const { host, socket } = backend();
    const handle = unwrap(socket.createSocket("ipv4", "udp"));
    unwrap(socket.bind(handle, from));
    for (let each = 0; each < 3; each++)
      host.datagrams.push({
        data: Uint8Array.of(each, each),
        remoteAddress: wasiAddress("127.0.0.1", 9),
      });
    host.calls.length = 0;
    for (let each = 0; each < 3; each++)
      expect(unwrap(socket.receiveFrom(handle, 1n))).toEqual([
        Uint8Array.of(each),
        { host: "127.0.0.1", port: 9 },
      ]);
    expect(host.calls).toEqual(["receive"]);
  });

  it("get only the bytes to send, not the whole buffer behind them", () => {
    const { host, socket } = backend();
    const handle = unwrap(socket.createSocket("ipv4", "udp"));
    const large = new Uint8Array(1_000).fill(7);
    unwrap(socket.sendTo(handle, large.subarray(10, 12), peer));
    expect(host.sent[0]?.data).toEqual(Uint8Array.of(7, 7));
    expect(host.sent[0]?.data.buffer.byteLength).toBe(2);
  });
});

describe("time", () => {
  it("runs out even if pollables are always ready", () => {
    const { host, socket } = backend();
    const handle = connected(socket);
    host.isAlwaysReady = true;
    unwrap(socket.setReadTimeout(handle, 500n));
    const started = host.time;
    expect(socket.receive(handle, 3n)).toEqual({ tag: "err", val: "timeout" });
    expect(host.time - started).toBe(500n * millisecond);
    // A few waits for the pollable, and then one read every ten milliseconds.
    expect(host.count("read")).toBeLessThan(120);
  });

  it("longer than WASI can represent is waited for a day at a time", () => {
    const { host, socket } = backend();
    const handle = connected(socket);
    unwrap(socket.setReadTimeout(handle, 0xffff_ffff_ffff_ffffn));
    let leaps = 0;
    host.onLeap = () => {
      leaps += 1;
      if (leaps === 20) host.input.push(Uint8Array.of(1));
    };
    const started = host.time;
    expect(unwrap(socket.receive(handle, 3n))).toEqual(Uint8Array.of(1));
    // Each of the 20 waits takes a day.
    expect((host.time - started) / millisecond).toBe(20n * 86_400_000n);
  });

  it("of zero returns would-block after one read", () => {
    const { host, socket } = backend();
    const handle = connected(socket);
    unwrap(socket.setReadTimeout(handle, 0n));
    host.calls.length = 0;
    expect(socket.receive(handle, 3n)).toEqual({
      tag: "err",
      val: "would-block",
    });
    expect(host.calls).toEqual(["read"]);
  });
});

describe("connect", () => {
  it("uses the same local address for each of several destinations", () => {
    const { host, socket } = backend();
    host.names.set("several.test", ["10.0.0.1", "10.0.0.2", "127.0.0.1"]);
    const handle = unwrap(socket.createSocket("ipv4", "tcp"));
    unwrap(socket.bind(handle, from));
    host.errors.set("finish-connect", [
      "would-block",
      "connection-refused",
      "remote-unreachable",
    ]);
    // The bind of the new resource has to wait.
    host.errors.set("finish-bind", ["would-block"]);
    unwrap(socket.connect(handle, { host: "several.test", port: 80 }));
    expect(host.bound).toEqual(
      new Array(3).fill(wasiAddress("127.0.0.1", 50_000)),
    );
    expect(host.connected).toEqual([
      wasiAddress("10.0.0.1", 80),
      wasiAddress("10.0.0.2", 80),
      wasiAddress("127.0.0.1", 80),
    ]);
    expect(host.count("create-tcp-socket")).toBe(3);
  });

  it("with the name of an interface fails with invalid-input, since WASI has numeric scope IDs", () => {
    const { socket } = backend();
    const handle = unwrap(socket.createSocket("ipv6", "tcp"));
    expect(socket.connect(handle, { host: "fe80::1%eth0", port: 80 })).toEqual({
      tag: "err",
      val: "invalid-input",
    });
  });

  it("with the number of an interface passes it as the scope ID", () => {
    const { host, socket } = backend();
    const handle = unwrap(socket.createSocket("ipv6", "tcp"));
    unwrap(socket.connect(handle, { host: "fe80::ab:1%7", port: 80 }));
    expect(host.connected[0]).toEqual({
      tag: "ipv6",
      val: {
        port: 80,
        flowInfo: 0,
        address: [0xfe80, 0, 0, 0, 0, 0, 0xab, 1],
        scopeId: 7,
      },
    });
    expect(unwrap(socket.getPeerAddress(handle))).toEqual({
      host: "fe80::ab:1%7",
      port: 80,
    });
  });

  it("by UDP to another peer keeps the port by binding to it", () => {
    const { host, socket } = backend();
    const handle = unwrap(socket.createSocket("ipv4", "udp"));
    unwrap(socket.bind(handle, { host: "0.0.0.0", port: 0 }));
    unwrap(socket.connect(handle, peer));
    host.errors.set("finish-bind", ["would-block"]);
    unwrap(socket.connect(handle, { ...peer, port: 81 }));
    unwrap(socket.connect(handle, { ...peer, port: 82 }));
    expect(host.bound).toEqual([
      wasiAddress("0.0.0.0", 50_000),
      wasiAddress("0.0.0.0", 50_000),
    ]);
    expect(host.connected.map(({ val }) => val.port)).toEqual([80, 81, 82]);
  });
});

describe("a UDP socket whose port is bound at another address meanwhile", () => {
  it("is bound again to its local address if it changes its peer", () => {
    const { host, socket } = backend();
    const handle = unwrap(socket.createSocket("ipv4", "udp"));
    unwrap(socket.connect(handle, peer));
    host.errors.set("finish-bind", ["address-in-use"]);
    unwrap(socket.connect(handle, { ...peer, port: 81 }));
    unwrap(socket.send(handle, Uint8Array.of(1)));
    expect(host.connected.map(({ val }) => val.port)).toEqual([80, 81]);
  });
});

describe("datagrams", () => {
  it("to the peer are followed by a short wait for a refusal before their streams are dropped", () => {
    const { host, socket } = backend();
    const handle = unwrap(socket.createSocket("ipv4", "udp"));
    unwrap(socket.connect(handle, peer));
    const waits: bigint[] = [];
    host.onLeap = () => waits.push(host.time);
    unwrap(socket.send(handle, Uint8Array.of(1)));
    const before = host.time;
    unwrap(socket.connect(handle, { ...peer, port: 81 }));
    unwrap(socket.send(handle, Uint8Array.of(2)));
    unwrap(socket.close(handle));
    expect(waits).toEqual([before + millisecond, before + 2n * millisecond]);
    // A socket that has no peer, or has sent nothing to it, is not told of refusals, and does not wait.
    const other = unwrap(socket.createSocket("ipv4", "udp"));
    unwrap(socket.sendTo(other, Uint8Array.of(3), peer));
    unwrap(socket.connect(other, peer));
    unwrap(socket.close(other));
    expect(waits).toHaveLength(2);
  });

  it("are given that time in full even if the alarm of an earlier wait rings sooner", () => {
    const { host, socket } = backend();
    const handle = unwrap(socket.createSocket("ipv4", "udp"));
    unwrap(socket.connect(handle, peer));
    unwrap(socket.setReadTimeout(handle, 1n));
    // This wait ends before its alarm, which remains set.
    host.isAlwaysReady = true;
    host.errors.set("receive", ["ok", "connection-refused"]);
    expect(socket.receive(handle, 9n).tag).toBe("err");
    host.isAlwaysReady = false;
    host.time += (millisecond * 9n) / 10n;
    unwrap(socket.send(handle, Uint8Array.of(1)));
    const before = host.time;
    unwrap(socket.close(handle));
    expect(host.time - before).toBeGreaterThanOrEqual(millisecond);
  });

  it("are received again after an error, through new streams", () => {
    const { host, socket } = backend();
    const handle = unwrap(socket.createSocket("ipv4", "udp"));
    unwrap(socket.connect(handle, peer));
    host.errors.set("receive", ["ok", "connection-refused"]);
    unwrap(socket.setReadTimeout(handle, 0n));
    expect(socket.receive(handle, 9n)).toEqual({
      tag: "err",
      val: "connection-refused",
    });
    const streams = host.count("stream");
    host.datagrams.push({
      data: Uint8Array.of(1),
      remoteAddress: wasiAddress("127.0.0.1", 80),
    });
    expect(unwrap(socket.receive(handle, 9n))).toEqual(Uint8Array.of(1));
    expect(host.count("stream")).toBe(streams + 1);
    expect(host.connected.at(-1)).toEqual(wasiAddress("127.0.0.1", 80));
  });
});

describe("listen", () => {
  it("that fails leaves the socket bound", () => {
    const { host, socket } = backend();
    const handle = unwrap(socket.createSocket("ipv4", "tcp"));
    unwrap(socket.bind(handle, from));
    host.errors.set("finish-listen", ["address-in-use"]);
    expect(socket.listen(handle, 1)).toEqual({
      tag: "err",
      val: "address-in-use",
    });
    expect(unwrap(socket.getLocalAddress(handle)).port).toBe(50_000);
    unwrap(socket.listen(handle, 1));
    expect(host.bound).toHaveLength(2);
  });

  it("works if the backlog cannot be set", () => {
    const { host, socket } = backend();
    const handle = unwrap(socket.createSocket("ipv4", "tcp"));
    unwrap(socket.bind(handle, from));
    host.errors.set("set-listen-backlog-size", ["not-supported"]);
    unwrap(socket.listen(handle, 1));
  });

  it("and then close releases connections that were not accepted", () => {
    const { host, socket } = backend();
    const handle = unwrap(socket.createSocket("ipv4", "tcp"));
    unwrap(socket.bind(handle, from));
    unwrap(socket.listen(handle, 8));
    host.connections = 3;
    unwrap(socket.close(handle));
    expect(host.connections).toBe(0);
  });
});

describe("accept", () => {
  it("keeps the addresses, which the host loses with the connection", () => {
    const { host, socket } = backend();
    const handle = unwrap(socket.createSocket("ipv4", "tcp"));
    unwrap(socket.bind(handle, from));
    unwrap(socket.listen(handle, 8));
    host.connections = 2;
    const accepted = unwrap(socket.accept(handle));
    host.errors.set("remote-address", ["invalid-state", "invalid-state"]);
    expect(unwrap(socket.getPeerAddress(accepted)).port).toBe(40_001);
    // A connection that was reset before is accepted nevertheless.
    const broken = unwrap(socket.accept(handle));
    expect(socket.getPeerAddress(broken)).toEqual({
      tag: "err",
      val: "invalid-input",
    });
  });
});

describe("close", () => {
  it("waits until all data is delivered", () => {
    const { host, socket } = backend();
    const handle = connected(socket);
    host.permits.push(100);
    unwrap(socket.send(handle, new Uint8Array(60)));
    host.permits.push(40, 40, 70, 100);
    const started = host.time;
    unwrap(socket.close(handle));
    expect(host.permits).toEqual([]);
    expect(host.time).toBeGreaterThan(started);
  });

  it("waits for at most a second, and later calls deliver the rest", () => {
    const { host, socket } = backend();
    const handle = connected(socket);
    const other = connected(socket);
    host.permits.push(100);
    unwrap(socket.send(handle, new Uint8Array(60)));
    host.permits.push(...new Array<number>(200).fill(40));
    const started = host.time;
    unwrap(socket.close(handle));
    const waited = (host.time - started) / millisecond;
    expect(waited).toBe(1_000n);
    expect(host.permits.length).toBeGreaterThan(0);
    // While another socket waits, the first one delivers the rest.
    host.permits.splice(0);
    host.permits.push(40, 40, 100);
    unwrap(socket.setReadTimeout(other, 200n));
    expect(socket.receive(other, 1n)).toEqual({ tag: "err", val: "timeout" });
    expect(host.permits).toEqual([]);
  });

  it("leaves the rest to a timer if no call follows", async () => {
    const { host, socket } = backend();
    const handle = connected(socket);
    host.permits.push(100);
    unwrap(socket.send(handle, new Uint8Array(60)));
    host.permits.push(...new Array<number>(200).fill(40));
    unwrap(socket.close(handle));
    host.permits.splice(0);
    host.permits.push(40, 100);
    // From now on, only the timer calls the host.
    for (let looks = 0; looks < 500 && host.permits.length > 0; looks++)
      await setTimeout(10);
    expect(host.permits).toEqual([]);
  });

  it("gives up after `deliveryTimeout`", () => {
    const { host, socket } = backend({ deliveryTimeout: 300 });
    const handle = connected(socket);
    host.permits.push(100);
    unwrap(socket.send(handle, new Uint8Array(60)));
    host.permits.push(...new Array<number>(500).fill(40));
    const started = host.time;
    unwrap(socket.close(handle));
    expect((host.time - started) / millisecond).toBe(300n);
  });

  it("detects the delivery if the host permits more than `bufferedBytes`", () => {
    const { host, socket } = backend({ limits: { bufferedBytes: 10 } });
    const handle = connected(socket);
    host.permits.push(100, 90, 100);
    unwrap(socket.send(handle, new Uint8Array(20)));
    expect(host.written.map(({ length }) => length)).toEqual([10, 10]);
    const { time } = host;
    unwrap(socket.close(handle));
    expect(host.time).toBe(time);
  });

  it("of many stalled connections waits no longer than of one", () => {
    const { host, socket } = backend();
    for (let each = 0; each < 20; each++) {
      const handle = connected(socket);
      host.permits.push(100);
      unwrap(socket.send(handle, new Uint8Array(60)));
    }
    host.permits.push(...new Array<number>(10_000).fill(40));
    const started = host.time;
    socket.dispose();
    expect((host.time - started) / millisecond).toBe(2_500n);
  });

  it("of the backend waits for 2.5 seconds at most", () => {
    const { host, socket } = backend();
    const handle = connected(socket);
    host.permits.push(100);
    unwrap(socket.send(handle, new Uint8Array(60)));
    host.permits.push(...new Array<number>(1_000).fill(40));
    const started = host.time;
    socket.dispose();
    expect((host.time - started) / millisecond).toBe(2_500n);
  });
});

describe("a lookup", () => {
  it("that was given up is disposed of by the next one", () => {
    const { host, socket } = backend();
    const handle = unwrap(socket.createSocket("ipv4", "udp"));
    host.names.set("slow.test", ["127.0.0.1"]);
    unwrap(socket.setWriteTimeout(handle, 0n));
    host.errors.set("resolve-next-address", ["would-block", "would-block"]);
    const target = { host: "slow.test", port: 80 };
    expect(socket.sendTo(handle, Uint8Array.of(1), target)).toEqual({
      tag: "err",
      val: "would-block",
    });
    unwrap(socket.sendTo(handle, Uint8Array.of(1), target));
    expect(host.sent).toHaveLength(1);
  });

  it("fails if the name has no address in the socket's family", () => {
    const { host, socket } = backend();
    host.names.set("four.test", ["127.0.0.1"]);
    const handle = unwrap(socket.createSocket("ipv6", "udp"));
    expect(
      socket.sendTo(handle, Uint8Array.of(1), { host: "four.test", port: 80 }),
    ).toEqual({ tag: "err", val: "address-not-available" });
  });
});
