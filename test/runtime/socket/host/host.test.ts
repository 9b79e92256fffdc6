import { describe, expect, it } from "vitest";
import { causeOf, unwrap } from "@wit2ts/runtime";
import { PENDING, type PolicyRequest } from "@wit2ts/socket";
import {
  address,
  boundUdp,
  bytes,
  connected,
  fails,
  setUp,
} from "./support.js";

describe("the host", () => {
  it("refuses a connection of a socket to itself", async () => {
    const { socket } = setUp({ local: { host: "127.0.0.1", port: 80 } });
    const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
    expect(await socket.connect(handle, address)).toEqual(
      fails("connection-refused"),
    );
  });

  it("enforces the limit of open sockets, for accept too", async () => {
    const { socket } = setUp({}, { limits: { openSockets: 2 } });
    const server = unwrap(await socket.createSocket("ipv4", "tcp"));
    unwrap(await socket.bind(server, { host: "127.0.0.1", port: 0 }));
    unwrap(await socket.listen(server, 1));
    const accepted = unwrap(await socket.accept(server));
    expect(await socket.accept(server)).toEqual(fails("other"));
    expect(await socket.createSocket("ipv4", "udp")).toEqual(fails("other"));
    unwrap(await socket.close(accepted));
    expect((await socket.accept(server)).tag).toBe("ok");
  });

  it("limits the backlog to the range from 1 to `acceptQueue`", async () => {
    for (const [asked, given] of [
      [0, 1],
      [1, 1],
      [0xffff_ffff, 7],
    ] as const) {
      const { driver, socket } = setUp({}, { limits: { acceptQueue: 7 } });
      const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
      unwrap(await socket.bind(handle, { host: "127.0.0.1", port: 0 }));
      unwrap(await socket.listen(handle, asked));
      expect(driver.log.at(-1)).toBe(`listen ${String(given)}`);
    }
  });

  it("lets a connected UDP socket send to its peer only", async () => {
    const { driver, socket } = setUp();
    const handle = await boundUdp(socket);
    unwrap(await socket.connect(handle, address));
    expect(
      await socket.sendTo(handle, bytes(1), { host: "127.0.0.2", port: 80 }),
    ).toEqual(fails("invalid-input"));
    expect(await socket.sendTo(handle, bytes(1), address)).toEqual({
      tag: "ok",
      val: 1n,
    });
    expect(driver.log.at(-1)).toBe("sendTo peer");
  });

  it("returns an error for anything that a driver throws, with that as the cause", async () => {
    const cause = new TypeError("a bug in the driver");
    const { socket } = setUp({
      receive: () => {
        throw cause;
      },
    });
    const failed = await socket.receive(await connected(socket), 1n);
    expect(failed).toEqual(fails("other"));
    expect(causeOf(failed)).toBe(cause);
  });

  it("lists open sockets, and closes them all when disposed", async () => {
    const { driver, socket } = setUp({ receive: () => PENDING });
    const handle = await connected(socket);
    unwrap(await socket.createSocket("ipv6", "udp"));
    expect(socket.openHandles()).toEqual([
      {
        handle,
        family: "ipv4",
        protocol: "tcp",
        state: "connected",
        localAddress: { host: "127.0.0.1", port: 40_000 },
        peerAddress: address,
      },
      { handle: handle + 1, family: "ipv6", protocol: "udp", state: "unbound" },
    ]);
    const call = socket.receive(handle, 1n);
    await Promise.all([socket.dispose(), socket[Symbol.asyncDispose]()]);
    expect(await call).toEqual(fails("connection-aborted"));
    expect(driver.log.slice(-3)).toEqual(["close 1", "close 2", "dispose"]);
    expect(socket.openHandles()).toEqual([]);
    expect(await socket.createSocket("ipv4", "tcp")).toEqual(fails("other"));
  });

  it("works with functions detached from the backend", async () => {
    const { createSocket, close } = setUp().socket;
    expect((await close(unwrap(await createSocket("ipv4", "tcp")))).tag).toBe(
      "ok",
    );
  });

  it("checks a destination again if its host or port differs from the last one", async () => {
    const asked: PolicyRequest[] = [];
    const { socket, driver } = setUp(
      {},
      {
        policy: {
          sendTo: (request) => {
            asked.push(request);
            return asked.length !== 3;
          },
        },
      },
    );
    const handle = unwrap(await socket.createSocket("ipv6", "udp"));
    unwrap(await socket.bind(handle, { host: "::1", port: 0 }));
    const sendTo = (host: string, port: number): Promise<unknown> =>
      socket.sendTo(handle, bytes(1), { host, port });
    const sent = { tag: "ok", val: 1n };
    expect(await sendTo("0:0::1", 7)).toEqual(sent);
    expect(await sendTo("0:0::1", 7)).toEqual(sent);
    // The policy is checked every time, even for the same destination.
    expect(await sendTo("0:0::1", 7)).toEqual(fails("network-unreachable"));
    for (const [host, port] of [
      ["::", 7],
      ["127.0.0.1", 7],
      ["0:0::1", 0],
      ["0:0::1", "7"],
      [undefined, 7],
    ] as [string, number][])
      expect(await sendTo(host, port)).toEqual(fails("invalid-input"));
    expect(await sendTo("0:0::1", 8)).toEqual(sent);
    expect(await sendTo("::2", 8)).toEqual(sent);
    expect(asked.map(({ host, port }) => `${host} ${String(port)}`)).toEqual([
      "::1 7",
      "::1 7",
      "::1 7",
      "::1 8",
      "::2 8",
    ]);
    expect(driver.log.filter((line) => line.startsWith("sendTo"))).toHaveLength(
      4,
    );
  });

  it("returns send results that cannot be modified", async () => {
    const { socket } = setUp();
    const handle = await connected(socket);
    const first = await socket.send(handle, bytes(1, 2));
    expect(() => Object.assign(first, { val: 5n })).toThrow(TypeError);
    expect(await socket.send(handle, bytes(3, 4))).toEqual({
      tag: "ok",
      val: 2n,
    });
    for (const length of [1, 4_095, 4_096, 70_000])
      expect(await socket.send(handle, new Uint8Array(length))).toEqual({
        tag: "ok",
        val: BigInt(length),
      });
  });
});
