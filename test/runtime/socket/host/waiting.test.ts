import { describe, expect, it } from "vitest";
import { unwrap } from "@wit2ts/runtime";
import { PENDING } from "@wit2ts/socket";
import type { Script } from "./scripted-driver.js";
import { address, bytes, connected, fails, orderOf, setUp } from "./support.js";

describe("calls that wait", () => {
  it("are served in order, separately for each direction", async () => {
    let input: Uint8Array[] = [];
    let room = 0;
    const { driver, socket } = setUp({
      receive: () => input.shift() ?? PENDING,
      send: (data) => (room-- > 0 ? data.length : PENDING),
    });
    const handle = await connected(socket);
    const calls = {
      first: socket.receive(handle, 10n),
      second: socket.receive(handle, 10n),
      write: socket.send(handle, bytes(1)),
    };
    const order = orderOf(calls);
    expect(driver.waits).toBe(2);
    input = [bytes(1), bytes(2)];
    driver.ready("read");
    expect(await calls.first).toEqual({ tag: "ok", val: bytes(1) });
    expect(await calls.second).toEqual({ tag: "ok", val: bytes(2) });
    room = 1;
    driver.ready("write");
    expect(await calls.write).toEqual({ tag: "ok", val: 1n });
    expect(order).toEqual(["first", "second", "write"]);
    expect(driver.waits).toBe(0);
  });

  it("survive spurious wake-ups", async () => {
    let input: Uint8Array | undefined = undefined;
    const { driver, socket } = setUp({ receive: () => input ?? PENDING });
    const handle = await connected(socket);
    const call = socket.receive(handle, 10n);
    driver.ready("read");
    driver.ready("read");
    expect(driver.waits).toBe(1);
    input = bytes(3);
    driver.ready("read");
    expect(await call).toEqual({ tag: "ok", val: bytes(3) });
  });

  it("all return connection-aborted when the socket is closed", async () => {
    const { driver, socket } = setUp({
      receive: () => PENDING,
      send: () => PENDING,
    });
    const handle = await connected(socket);
    unwrap(await socket.setReadTimeout(handle, 5_000n));
    const calls = [
      socket.receive(handle, 1n),
      socket.receive(handle, 1n),
      socket.send(handle, bytes(1)),
    ];
    expect(await socket.close(handle)).toEqual({ tag: "ok", val: undefined });
    expect(await Promise.all(calls)).toEqual(
      calls.map(() => fails("connection-aborted")),
    );
    expect(driver.waits).toBe(0);
    expect(driver.timers).toBe(0);
    expect(await socket.close(handle)).toEqual(fails("invalid-input"));
  });

  it("return connection-aborted when the socket is closed during a lookup or a connect", async () => {
    for (const script of [
      { lookup: () => PENDING },
      { connect: () => PENDING },
    ] satisfies Script[]) {
      const { driver, socket } = setUp(script);
      const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
      const call = socket.connect(handle, { host: "name", port: 80 });
      await socket.close(handle);
      expect(await call).toEqual(fails("connection-aborted"));
      expect(driver.waits).toBe(0);
      expect(
        driver.log.filter((line) => line.startsWith("close")),
      ).toHaveLength(1);
    }
  });

  it("to receive are independent of earlier ones that waited or timed out", async () => {
    let arrived: Uint8Array | undefined;
    const { socket, driver } = setUp({
      receive: (most) => {
        const data = arrived;
        if (data === undefined) return PENDING;
        arrived = undefined;
        return data.subarray(0, most);
      },
    });
    const handle = await connected(socket);
    const first = socket.receive(handle, 2n);
    unwrap(await socket.setReadTimeout(handle, 50n));
    const second = socket.receive(handle, 3n);
    driver.pass(60);
    expect(await second).toEqual(fails("timeout"));
    arrived = bytes(1, 2, 3, 4);
    driver.ready("read");
    expect(await first).toEqual({ tag: "ok", val: bytes(1, 2) });
    unwrap(await socket.setReadTimeout(handle));
    const third = socket.receive(handle, 3n);
    driver.pass(1_000);
    arrived = bytes(5, 6, 7, 8);
    driver.ready("read");
    expect(await third).toEqual({ tag: "ok", val: bytes(5, 6, 7) });
  });
});

describe("timeouts", () => {
  it("end a wait, keep the socket usable, and let the next call proceed", async () => {
    let input: Uint8Array | undefined = undefined;
    const { driver, socket } = setUp({ receive: () => input ?? PENDING });
    const handle = await connected(socket);
    unwrap(await socket.setReadTimeout(handle, 100n));
    const first = socket.receive(handle, 1n);
    unwrap(await socket.setReadTimeout(handle, undefined));
    const second = socket.receive(handle, 1n);
    driver.pass(99);
    expect(driver.timers).toBe(1);
    driver.pass(1);
    expect(await first).toEqual(fails("timeout"));
    expect(driver.waits).toBe(1);
    input = bytes(9);
    driver.ready("read");
    expect(await second).toEqual({ tag: "ok", val: bytes(9) });
  });

  it("longer than the maximum delay of a timer are waited for in full", async () => {
    const { driver, socket } = setUp({ receive: () => PENDING });
    const handle = await connected(socket);
    const month = 30n * 86_400_000n;
    unwrap(await socket.setReadTimeout(handle, month));
    const call = socket.receive(handle, 1n);
    driver.pass(Number(month) - 1);
    expect(driver.timers).toBe(1);
    driver.pass(1);
    expect(await call).toEqual(fails("timeout"));
    unwrap(await socket.setReadTimeout(handle, 2n ** 64n - 1n));
    void socket.receive(handle, 1n);
    driver.pass(1e12);
    expect(driver.timers).toBe(1);
    await socket.dispose();
  });

  it("of zero return would-block, after the network has been polled", async () => {
    let input: Uint8Array | undefined = undefined;
    const { driver, socket } = setUp({ receive: () => input ?? PENDING });
    const handle = await connected(socket);
    unwrap(await socket.setReadTimeout(handle, 0n));
    const empty = socket.receive(handle, 1n);
    driver.pass(0);
    expect(await empty).toEqual(fails("would-block"));
    const full = socket.receive(handle, 1n);
    input = bytes(1);
    driver.ready("read");
    expect(await full).toEqual({ tag: "ok", val: bytes(1) });
    expect(driver.timers).toBe(0);
  });

  it("are limited to the host's `longestWait`", async () => {
    const { driver, socket } = setUp(
      { receive: () => PENDING },
      { limits: { longestWait: 50 } },
    );
    const handle = await connected(socket);
    const call = socket.receive(handle, 1n);
    driver.pass(50);
    expect(await call).toEqual(fails("timeout"));
  });

  it("make send return the number of accepted bytes", async () => {
    let room = 3;
    const held: boolean[] = [];
    const { driver, socket } = setUp({
      send: (data, hold) => {
        held.push(hold);
        const taken = Math.min(room, data.length);
        room -= taken;
        return taken === 0 ? PENDING : taken;
      },
    });
    const handle = await connected(socket);
    unwrap(await socket.setWriteTimeout(handle, 10n));
    const partial = socket.send(handle, bytes(1, 2, 3, 4, 5));
    driver.pass(10);
    expect(await partial).toEqual({ tag: "ok", val: 3n });
    const none = socket.send(handle, bytes(4, 5));
    driver.pass(10);
    expect(await none).toEqual(fails("timeout"));
    // A send that may time out cannot guarantee that its bytes remain unchanged until they are sent.
    expect(held).not.toContain(true);
    unwrap(await socket.setWriteTimeout(handle, undefined));
    room = 100;
    expect(await socket.send(handle, bytes(4, 5))).toEqual({
      tag: "ok",
      val: 2n,
    });
    expect(held.at(-1)).toBe(true);
  });

  it("discard a datagram: a later call sends another one, even from the same array", async () => {
    const data = bytes(1, 2, 3);
    const given = new Set<Uint8Array>();
    const { driver, socket } = setUp({
      sendTo: (datagram) => {
        expect(datagram).toEqual(data);
        given.add(datagram);
        return PENDING;
      },
    });
    const handle = unwrap(await socket.createSocket("ipv4", "udp"));
    unwrap(await socket.connect(handle, address));
    unwrap(await socket.setWriteTimeout(handle, 10n));
    for (const call of [
      socket.sendTo(handle, data, address),
      socket.sendTo(handle, data, address),
      socket.send(handle, data),
      socket.send(handle, data),
    ]) {
      driver.ready("write");
      driver.pass(10);
      expect(await call).toEqual(fails("timeout"));
    }
    expect(given.size).toBe(4);
  });

  it("end a connect, after which the socket can only be closed", async () => {
    const { driver, socket } = setUp({ connect: () => PENDING });
    const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
    unwrap(await socket.setWriteTimeout(handle, 10n));
    const call = socket.connect(handle, address);
    driver.pass(10);
    expect(await call).toEqual(fails("timeout"));
    expect(driver.log).toContain("close 1");
    expect(await socket.connect(handle, address)).toEqual(
      fails("invalid-input"),
    );
    expect(await socket.getLocalAddress(handle)).toEqual(
      fails("invalid-input"),
    );
    expect(await socket.setReadTimeout(handle, 1n)).toEqual(
      fails("invalid-input"),
    );
    expect((await socket.close(handle)).tag).toBe("ok");
    expect(driver.log.filter((line) => line === "close 1")).toHaveLength(1);
  });
});
