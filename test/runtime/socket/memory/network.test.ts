import v8 from "node:v8";
import vm from "node:vm";
import { createMemoryNetwork, DeadlockError } from "@wit2ts/socket/memory";
import type { SocketHandle, SocketProtocol } from "@wit2ts/core-libs/socket";
import { unwrap } from "@wit2ts/runtime";
import { describe, expect, it } from "vitest";
import { connect, listen, ok } from "./sockets.js";

v8.setFlagsFromString("--expose-gc");
const collect = vm.runInNewContext("gc") as () => void;

describe("time", () => {
  it("of an hour of timeouts passes immediately", async () => {
    const network = createMemoryNetwork();
    const socket = network.machine("10.0.0.1").createAsyncSocket();
    const listener = await listen(socket, "10.0.0.1");
    await ok(socket.setReadTimeout(listener, 60_000n));
    for (let minute = 0; minute < 60; minute++) {
      expect(await socket.accept(listener)).toEqual({
        tag: "err",
        val: "timeout",
      });
    }
    expect(network.clock.now()).toBe(3_600_000);
  });

  it("stands still until it is advanced, if it is manual", async () => {
    const network = createMemoryNetwork({ time: "manual" });
    const machine = network.machine("10.0.0.1");
    const socket = machine.createAsyncSocket();
    network.impose({ latency: 10 });
    await listen(socket, "10.0.0.1");
    let isConnected = false;
    const connecting = connect(socket, { host: "10.0.0.1", port: 80 }).then(
      () => {
        isConnected = true;
      },
    );
    await network.clock.advance(19);
    expect(isConnected).toBe(false);
    await network.clock.advance(1);
    await connecting;
    expect(isConnected).toBe(true);
    expect(network.clock.now()).toBe(20);
    expect(network.clock.scheduled).toBe(0);
  });

  it("advances until no event is left, or throws if events never end", async () => {
    const network = createMemoryNetwork({ time: "manual" });
    const happened: number[] = [];
    for (const delay of [30, 10, 20])
      network.clock.schedule(delay, () => happened.push(delay));
    const callOff = network.clock.schedule(15, () => happened.push(15));
    callOff();
    callOff();
    await network.clock.settle();
    expect(happened).toEqual([10, 20, 30]);
    const again = (): void => void network.clock.schedule(1, again);
    again();
    await expect(network.clock.settle(100)).rejects.toThrow(
      "not settled after 100 events",
    );
  });

  it("releases most cancelled events although it stands still", async () => {
    const { clock } = createMemoryNetwork({ time: "manual" });
    const happened: number[] = [];
    const cancelled: WeakRef<() => void>[] = [];
    for (let index = 0; index < 1_000; index++) {
      const callback = (): void => void happened.push(-1);
      clock.schedule(1_000, callback)();
      cancelled.push(new WeakRef(callback));
      if (index % 10 === 0)
        clock.schedule((index * 7) % 500, () =>
          happened.push((index * 7) % 500),
        );
    }
    // A WeakRef keeps its target until the end of the turn in which it was created.
    await new Promise((resolve) => setTimeout(resolve, 0));
    collect();
    const left = cancelled.filter((callback) => callback.deref() !== undefined);
    expect(left.length).toBeLessThan(300);
    expect(clock.scheduled).toBe(100);
    await clock.advance(2_000);
    expect(happened).toHaveLength(100);
    expect(happened).toEqual([...happened].sort((one, other) => one - other));
  });

  it("never reaches what is scheduled after Infinity", async () => {
    const network = createMemoryNetwork();
    const { clock } = network;
    network.name("silent.test", ["10.0.0.1"], Infinity);
    const machine = network.machine("10.0.0.1");
    const sleeping = machine.spawn(function* (socket) {
      yield* socket.sleep(Infinity);
    });
    const blocking = machine.createSocket();
    const stream = unwrap(blocking.createSocket("ipv4", "tcp"));
    const address = { host: "silent.test", port: 80 };
    expect(() => blocking.connect(stream, address)).toThrow(DeadlockError);
    const socket = machine.createAsyncSocket();
    const handle = await ok(socket.createSocket("ipv4", "tcp"));
    await ok(socket.setWriteTimeout(handle, 50n));
    expect(await socket.connect(handle, address)).toEqual({
      tag: "err",
      val: "timeout",
    });
    await clock.settle();
    expect(clock.now()).toBe(50);
    expect(sleeping.isFinished).toBe(false);
    sleeping.stop();
  });

  it("keeps simultaneous events in the order in which they were scheduled", async () => {
    const network = createMemoryNetwork({ time: "manual" });
    const happened: number[] = [];
    for (let index = 0; index < 100; index++)
      network.clock.schedule(5, () => happened.push(index));
    await network.clock.advance(5);
    expect(happened).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });
});

describe("a blocking call", () => {
  it("runs the network and its programs until it is finished", () => {
    const network = createMemoryNetwork();
    const near = network.machine("10.0.0.1");
    const far = network.machine("fd00::2", "10.0.0.2");
    network.impose({ latency: 5 });
    far.spawn(function* (socket) {
      const listener = unwrap(yield* socket.createSocket("ipv4", "tcp"));
      unwrap(yield* socket.bind(listener, { host: "0.0.0.0", port: 7 }));
      unwrap(yield* socket.listen(listener, 1));
      const connection = unwrap(yield* socket.accept(listener));
      yield* socket.sleep(1000);
      for (;;) {
        const data = unwrap(yield* socket.receive(connection, 100n));
        if (data.length === 0) return;
        unwrap(yield* socket.send(connection, data));
      }
    });
    const socket = near.createSocket();
    const handle = unwrap(socket.createSocket("ipv4", "tcp"));
    unwrap(socket.connect(handle, { host: "10.0.0.2", port: 7 }));
    expect(network.clock.now()).toBe(10);
    unwrap(socket.send(handle, Uint8Array.of(1, 2, 3)));
    expect(unwrap(socket.receive(handle, 10n))).toEqual(Uint8Array.of(1, 2, 3));
    expect(network.clock.now()).toBe(1010);
  });

  it("that no scheduled event can end throws an error that names what it waits for", () => {
    const network = createMemoryNetwork();
    const socket = network.machine("10.0.0.1").createSocket();
    const listener = unwrap(socket.createSocket("ipv4", "tcp"));
    unwrap(socket.bind(listener, { host: "10.0.0.1", port: 80 }));
    unwrap(socket.listen(listener, 1));
    expect(() => socket.accept(listener)).toThrow(DeadlockError);
    expect(() => socket.accept(listener)).toThrow(
      "10.0.0.1:80 on 10.0.0.1 to have a connection to accept",
    );
    // With a timeout there is no deadlock, and the socket is still usable.
    unwrap(socket.setReadTimeout(listener, 50n));
    expect(socket.accept(listener)).toEqual({ tag: "err", val: "timeout" });
    expect(network.clock.now()).toBe(50);
    socket.dispose();
  });

  it("returns connection-aborted if an event closes its socket", () => {
    for (const timeout of [undefined, 1_000n]) {
      const network = createMemoryNetwork();
      const socket = network.machine("10.0.0.1").createSocket();
      const address = { host: "10.0.0.1", port: 80 };
      const create = (protocol: SocketProtocol): SocketHandle => {
        const handle = unwrap(socket.createSocket("ipv4", protocol));
        unwrap(socket.setReadTimeout(handle, timeout));
        unwrap(socket.setWriteTimeout(handle, timeout));
        return handle;
      };
      const listener = create("tcp");
      unwrap(socket.bind(listener, address));
      unwrap(socket.listen(listener, 1));
      const connection = create("tcp");
      unwrap(socket.connect(connection, address));
      // The accept queue is full now.
      const waiting = create("tcp");
      const datagrams = create("udp");
      unwrap(socket.bind(datagrams, { host: "10.0.0.1", port: 53 }));
      for (const [handle, call] of [
        [waiting, () => socket.connect(waiting, address)],
        [connection, () => socket.receive(connection, 1n)],
        [datagrams, () => socket.receiveFrom(datagrams, 1n)],
        [listener, () => socket.accept(listener)],
      ] as const) {
        if (handle === listener) unwrap(socket.accept(listener));
        const { clock } = network;
        const time = clock.now() + 10;
        clock.schedule(10, () => {
          unwrap(socket.close(handle));
        });
        expect(call()).toEqual({ tag: "err", val: "connection-aborted" });
        expect(clock.now()).toBe(time);
      }
    }
  });

  it("waits on if an event makes the same call, which times out", () => {
    const network = createMemoryNetwork();
    const { clock } = network;
    const socket = network.machine("10.0.0.1").createSocket();
    const listener = unwrap(socket.createSocket("ipv4", "tcp"));
    unwrap(socket.bind(listener, { host: "10.0.0.1", port: 80 }));
    unwrap(socket.listen(listener, 1));
    const inner: unknown[] = [];
    clock.schedule(10, () => {
      unwrap(socket.setReadTimeout(listener, 10n));
      inner.push(socket.accept(listener));
    });
    clock.schedule(30, () => {
      const client = unwrap(socket.createSocket("ipv4", "tcp"));
      unwrap(socket.connect(client, { host: "10.0.0.1", port: 80 }));
    });
    expect(socket.accept(listener).tag).toBe("ok");
    expect(inner).toEqual([{ tag: "err", val: "timeout" }]);
    expect(clock.now()).toBe(30);
  });

  it("does not wait on non-blocking sockets", () => {
    const network = createMemoryNetwork();
    const machine = network.machine("10.0.0.1");
    const socket = machine.createSocket({ nonBlocking: true });
    const listener = unwrap(socket.createSocket("ipv4", "tcp"));
    unwrap(socket.bind(listener, { host: "10.0.0.1", port: 80 }));
    unwrap(socket.listen(listener, 1));
    expect(socket.accept(listener)).toEqual({ tag: "err", val: "would-block" });
    const client = unwrap(socket.createSocket("ipv4", "tcp"));
    unwrap(socket.connect(client, { host: "10.0.0.1", port: 80 }));
    const server = unwrap(socket.accept(listener));
    expect(socket.receive(server, 1n)).toEqual({
      tag: "err",
      val: "would-block",
    });
    unwrap(socket.send(client, Uint8Array.of(9)));
    expect(unwrap(socket.receive(server, 1n))).toEqual(Uint8Array.of(9));
  });
});

describe("a program", () => {
  it("settles `finished` with what it returns or throws", async () => {
    const machine = createMemoryNetwork().machine("10.0.0.1");
    const done = machine.spawn(function* (socket) {
      yield* socket.sleep(5);
      return "done";
    });
    expect(done.isFinished).toBe(false);
    expect(await done.finished).toBe("done");
    expect(done.isFinished).toBe(true);
    const failing = machine.spawn(function* (socket) {
      yield* socket.sleep(5);
      throw new Error("broken");
    });
    await expect(failing.finished).rejects.toThrow("broken");
  });

  it("that is stopped closes its sockets", async () => {
    const network = createMemoryNetwork();
    const machine = network.machine("10.0.0.1");
    const process = machine.spawn(function* (socket) {
      const listener = unwrap(yield* socket.createSocket("ipv4", "tcp"));
      unwrap(yield* socket.bind(listener, { host: "10.0.0.1", port: 80 }));
      unwrap(yield* socket.listen(listener, 1));
      yield* socket.accept(listener);
    });
    process.stop();
    await listen(machine.createAsyncSocket(), "10.0.0.1");
  });
});

describe("a network", () => {
  it("names the problem of an invalid address, name or condition", () => {
    const network = createMemoryNetwork();
    network.machine("10.0.0.1");
    expect(() => network.machine()).toThrow("needs an address");
    expect(() => network.machine("10.0.0.1")).toThrow(
      "10.0.0.1 is already an address of 10.0.0.1",
    );
    expect(() => network.machine("host")).toThrow(
      '"host" is not a numeric address',
    );
    expect(() => network.machine("127.0.0.1")).toThrow("loopback");
    expect(() => network.machine("0.0.0.0")).toThrow(
      "not the address of one machine",
    );
    expect(() => {
      network.name("a", ["b"]);
    }).toThrow('"b" is not a numeric address');
    expect(() => network.impose({ loss: 2 })).toThrow(
      "loss must be a probability from 0 to 1, not 2",
    );
    expect(() => network.impose({ latency: -1 })).toThrow(
      "latency must be a finite number of milliseconds",
    );
    expect(() => network.impose({ bandwidth: 0 })).toThrow(
      "bandwidth must be a number of bytes per second",
    );
    const stranger = createMemoryNetwork().machine("10.0.0.1");
    for (const [conditions, message] of [
      [{ latencey: 5 }, "there is no condition latencey"],
      [
        { latency: "5" },
        "latency must be a finite number of milliseconds of at least 0, not 5",
      ],
      [{ jitter: NaN }, "jitter must be a finite number of milliseconds"],
      [{ way: "closed" }, "way must be one of open, silent"],
    ] as const)
      expect(() => network.impose(conditions as object)).toThrow(message);
    expect(() =>
      network.impose({ latency: undefined } as object),
    ).not.toThrow();
    expect(() => network.impose({ loss: 1 }, { from: stranger })).toThrow(
      "belongs to another network",
    );
  });

  it("does not route loopback addresses to other machines", async () => {
    const network = createMemoryNetwork();
    const server = network.machine("10.0.0.1").createAsyncSocket();
    const client = network.machine("10.0.0.2").createAsyncSocket();
    await listen(server, "127.0.0.1");
    const handle = await ok(client.createSocket("ipv4", "tcp"));
    expect(
      await client.connect(handle, { host: "127.0.0.1", port: 80 }),
    ).toEqual({
      tag: "err",
      val: "connection-refused",
    });
  });
});

it("a network resolves names in any case, with or without a trailing dot", async () => {
  const network = createMemoryNetwork();
  const socket = network.machine("10.0.0.1").createAsyncSocket();
  network.name("Db.Internal.", ["10.0.0.1"]);
  for (const host of ["db.internal", "DB.INTERNAL."]) {
    const handle = unwrap(await socket.createSocket("ipv4", "udp"));
    unwrap(await socket.connect(handle, { host, port: 53 }));
  }
});

it("a clock rejects invalid times, and runs an event with a negative delay immediately", async () => {
  const { clock } = createMemoryNetwork({ time: "manual" });
  for (const time of [NaN, -1, Infinity])
    await expect(clock.advance(time)).rejects.toThrow(RangeError);
  for (const delay of [NaN, "5" as unknown as number])
    expect(() => clock.schedule(delay, () => undefined)).toThrow(RangeError);
  const log: string[] = [];
  clock.schedule(Infinity, () => log.push("never"));
  clock.schedule(-1, () => log.push("at once"));
  await clock.advance(1e9);
  expect(log).toEqual(["at once"]);
  expect(clock.now()).toBe(1e9);
});
