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

/** A backend over a host that plays a script; disposed of after the test, when nothing may be left. */
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

describe("making one", () => {
  it("names the function that the host lacks", () => {
    const { imports } = new FakeHost();
    expect(() =>
      createWasiSocket({ ...imports, io: { ...imports.io, poll: {} } }),
    ).toThrow("`poll` of wasi:io/poll@0.2.12");
  });

  it("refuses a time that is none", () => {
    const { imports } = new FakeHost();
    for (const deliveryTimeout of [-1, NaN])
      expect(() => createWasiSocket(imports, { deliveryTimeout })).toThrow(
        RangeError,
      );
  });

  it("calls nothing before it is used", () => {
    const { host } = backend();
    expect(host.calls).toEqual([]);
  });
});

describe("calls of the host", () => {
  it("are one for a send, while the permit lasts, and never flush or shut down", () => {
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

  it("are one for a receive without a timeout", () => {
    const { host, socket } = backend();
    const handle = connected(socket);
    host.input.push(Uint8Array.of(1, 2, 3, 4));
    host.calls.length = 0;
    expect(unwrap(socket.receive(handle, 3n))).toEqual(Uint8Array.of(1, 2, 3));
    expect(unwrap(socket.receive(handle, 3n))).toEqual(Uint8Array.of(4));
    expect(host.calls).toEqual(["blocking-read", "blocking-read"]);
  });

  it("are one for a receive with a timeout, where something is there, and share an alarm where not", () => {
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

  it("take several datagrams at a time", () => {
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

  it("hand on no more of an array than is sent", () => {
    const { host, socket } = backend();
    const handle = unwrap(socket.createSocket("ipv4", "udp"));
    const large = new Uint8Array(1_000).fill(7);
    unwrap(socket.sendTo(handle, large.subarray(10, 12), peer));
    expect(host.sent[0]?.data).toEqual(Uint8Array.of(7, 7));
    expect(host.sent[0]?.data.buffer.byteLength).toBe(2);
  });
});

describe("time", () => {
  it("of a socket runs out though its host says that it is ready", () => {
    const { host, socket } = backend();
    const handle = connected(socket);
    host.isAlwaysReady = true;
    unwrap(socket.setReadTimeout(handle, 500n));
    const started = host.time;
    expect(socket.receive(handle, 3n)).toEqual({ tag: "err", val: "timeout" });
    expect(host.time - started).toBe(500n * millisecond);
    // Some waits in good faith, and then one look every ten milliseconds.
    expect(host.count("read")).toBeLessThan(120);
  });

  it("longer than WASI can count is time enough", () => {
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
    // It waits a day at a time.
    expect((host.time - started) / millisecond).toBe(20n * 86_400_000n);
  });

  it("of zero is no time", () => {
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
  it("goes from the same local address to each of several addresses", () => {
    const { host, socket } = backend();
    host.names.set("several.test", ["10.0.0.1", "10.0.0.2", "127.0.0.1"]);
    const handle = unwrap(socket.createSocket("ipv4", "tcp"));
    unwrap(socket.bind(handle, from));
    host.errors.set("finish-connect", [
      "would-block",
      "connection-refused",
      "remote-unreachable",
    ]);
    // The new resource has to wait for its address.
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

  it("to an interface by its name is invalid-input: WASI knows numbers", () => {
    const { socket } = backend();
    const handle = unwrap(socket.createSocket("ipv6", "tcp"));
    expect(socket.connect(handle, { host: "fe80::1%eth0", port: 80 })).toEqual({
      tag: "err",
      val: "invalid-input",
    });
  });

  it("to an interface by its number goes there", () => {
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

  it("by UDP to another peer keeps the port, by asking for it", () => {
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

describe("datagrams", () => {
  it("that were sent to the peer may be refused before their streams are dropped", () => {
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
    // Nobody tells a socket without a peer, or one that has sent nothing.
    const other = unwrap(socket.createSocket("ipv4", "udp"));
    unwrap(socket.sendTo(other, Uint8Array.of(3), peer));
    unwrap(socket.connect(other, peer));
    unwrap(socket.close(other));
    expect(waits).toHaveLength(2);
  });

  it("come again after an error, through other streams", () => {
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

  it("works where the backlog cannot be set", () => {
    const { host, socket } = backend();
    const handle = unwrap(socket.createSocket("ipv4", "tcp"));
    unwrap(socket.bind(handle, from));
    host.errors.set("set-listen-backlog-size", ["not-supported"]);
    unwrap(socket.listen(handle, 1));
  });

  it("ends with the connections that nobody has accepted", () => {
    const { host, socket } = backend();
    const handle = unwrap(socket.createSocket("ipv4", "tcp"));
    unwrap(socket.bind(handle, from));
    unwrap(socket.listen(handle, 8));
    host.connections = 3;
    unwrap(socket.close(handle));
    expect(host.connections).toBe(0);
  });
});

describe("close", () => {
  it("waits until all is delivered", () => {
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

  it("waits for a second at most, and the rest is seen to later", () => {
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
    // Another socket waits; meanwhile the first delivers.
    host.permits.splice(0);
    host.permits.push(40, 40, 100);
    unwrap(socket.setReadTimeout(other, 200n));
    expect(socket.receive(other, 1n)).toEqual({ tag: "err", val: "timeout" });
    expect(host.permits).toEqual([]);
  });

  it("and the rest is seen to by a timer as well", async () => {
    const { host, socket } = backend();
    const handle = connected(socket);
    host.permits.push(100);
    unwrap(socket.send(handle, new Uint8Array(60)));
    host.permits.push(...new Array<number>(200).fill(40));
    unwrap(socket.close(handle));
    host.permits.splice(0);
    host.permits.push(40, 100);
    // Nothing is called but by the timer.
    for (let looks = 0; looks < 500 && host.permits.length > 0; looks++)
      await setTimeout(10);
    expect(host.permits).toEqual([]);
  });

  it("gives up after the time for it", () => {
    const { host, socket } = backend({ deliveryTimeout: 300 });
    const handle = connected(socket);
    host.permits.push(100);
    unwrap(socket.send(handle, new Uint8Array(60)));
    host.permits.push(...new Array<number>(500).fill(40));
    const started = host.time;
    unwrap(socket.close(handle));
    expect((host.time - started) / millisecond).toBe(300n);
  });

  it("knows what is delivered where the host buffers more than it may", () => {
    const { host, socket } = backend({ limits: { bufferedBytes: 10 } });
    const handle = connected(socket);
    host.permits.push(100, 90, 100);
    unwrap(socket.send(handle, new Uint8Array(20)));
    expect(host.written.map(({ length }) => length)).toEqual([10, 10]);
    const { time } = host;
    unwrap(socket.close(handle));
    expect(host.time).toBe(time);
  });

  it("of many that stall waits no longer than of one", () => {
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

  it("of the backend waits a little longer", () => {
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

describe("a look-up", () => {
  it("that was given up is disposed of with the next", () => {
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

  it("knows that a name has no address in this family", () => {
    const { host, socket } = backend();
    host.names.set("four.test", ["127.0.0.1"]);
    const handle = unwrap(socket.createSocket("ipv6", "udp"));
    expect(
      socket.sendTo(handle, Uint8Array.of(1), { host: "four.test", port: 80 }),
    ).toEqual({ tag: "err", val: "address-not-available" });
  });
});
