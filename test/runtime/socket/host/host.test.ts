import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { AsyncSocket, SocketAddress } from "@wit2ts/core-libs/socket";
import { causeOf, unwrap } from "@wit2ts/runtime";
import {
  createAsyncSocket,
  createBlockingSocket,
  DeadlockError,
  PENDING,
  systemError,
  type AsyncSocketBackend,
  type PolicyRequest,
  type SocketOptions,
} from "@wit2ts/socket";
import { ScriptedDriver, type Script } from "./scripted-driver.js";

const address: SocketAddress = { host: "127.0.0.1", port: 80 };
const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const fails = (error: string): object => ({ tag: "err", val: error });

function setUp(
  script: Script = {},
  options: SocketOptions = {},
): { driver: ScriptedDriver; socket: AsyncSocketBackend } {
  const driver = new ScriptedDriver(script);
  return { driver, socket: createAsyncSocket(driver, options) };
}

async function connected(socket: AsyncSocket): Promise<number> {
  const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
  unwrap(await socket.connect(handle, address));
  return handle;
}

async function boundUdp(socket: AsyncSocket): Promise<number> {
  const handle = unwrap(await socket.createSocket("ipv4", "udp"));
  unwrap(await socket.bind(handle, { host: "127.0.0.1", port: 0 }));
  return handle;
}

/** Notes the order in which promises settle. */
function orderOf(promises: Record<string, Promise<unknown>>): string[] {
  const order: string[] = [];
  for (const [name, promise] of Object.entries(promises))
    void promise.then(() => order.push(name));
  return order;
}

describe("arguments from guests that no compiler has seen", () => {
  const anything = fc.oneof(
    fc.anything({
      withBigInt: true,
      withTypedArray: true,
      withNullPrototype: true,
    }),
    fc.constantFrom<unknown>(
      -1,
      NaN,
      2 ** 53,
      -1n,
      2n ** 64n,
      "",
      "127.0.0.1",
      "\0",
      bytes(1),
    ),
    fc.record({
      host: fc.oneof(fc.string(), fc.anything()),
      port: fc.oneof(fc.integer(), fc.double(), fc.anything()),
    }),
  );
  const names = [
    "createSocket",
    "connect",
    "bind",
    "listen",
    "accept",
    "send",
    "receive",
    "sendTo",
    "receiveFrom",
    "close",
    "setReadTimeout",
    "setWriteTimeout",
    "setReuseAddress",
    "getLocalAddress",
    "getPeerAddress",
  ] as const;

  it("never make a function throw, whatever they are", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.array(anything, { maxLength: 3 }),
        fc.constantFrom("unbound", "udp", "bound", "connected"),
        async (name, parameters, kind) => {
          const { socket } = setUp();
          const tcp = unwrap(await socket.createSocket("ipv4", "tcp"));
          const udp = await boundUdp(socket);
          const handles = {
            unbound: tcp,
            udp,
            bound: tcp,
            connected: await connected(socket),
          };
          if (kind === "bound")
            await socket.bind(tcp, { host: "127.0.0.1", port: 0 });
          const call = socket[name] as (
            ...all: unknown[]
          ) => Promise<{ tag: string }>;
          const given =
            name === "createSocket"
              ? parameters
              : [handles[kind], ...parameters];
          const pending = name === "accept" || name.startsWith("receive");
          const result = await Promise.race([
            call(...given),
            ...(pending ? [Promise.resolve({ tag: "ok" })] : []),
          ]);
          expect(["ok", "err"]).toContain(result.tag);
          expect((await call(...parameters)).tag).toMatch(/ok|err/);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each<[string, (socket: AsyncSocket, handle: number) => Promise<unknown>]>([
    ["a negative handle", (socket) => socket.close(-1)],
    ["max-len -1", (socket, handle) => socket.receive(handle, -1n)],
    ["max-len 2^64", (socket, handle) => socket.receive(handle, 2n ** 64n)],
    [
      "max-len as a number",
      (socket, handle) => socket.receive(handle, 5 as unknown as bigint),
    ],
    [
      "data as an array",
      (socket, handle) => socket.send(handle, [1] as unknown as Uint8Array),
    ],
    [
      "a timeout of NaN",
      (socket, handle) =>
        socket.setReadTimeout(handle, NaN as unknown as bigint),
    ],
    [
      "a timeout of null",
      (socket, handle) =>
        socket.setWriteTimeout(handle, null as unknown as bigint),
    ],
    [
      "another protocol",
      (socket) => socket.createSocket("ipv4", "sctp" as "tcp"),
    ],
    [
      "another family",
      (socket) => socket.createSocket("unix" as "ipv4", "tcp"),
    ],
  ])("%s is invalid-input", async (_, call) => {
    const { socket } = setUp();
    expect(await call(socket, await connected(socket))).toEqual(
      fails("invalid-input"),
    );
  });

  it.each([
    ["", 80],
    ["a\0b", 80],
    ["a".repeat(254), 80],
    ["127.0.0.1", 0],
    ["127.0.0.1", -1],
    ["127.0.0.1", 65_536],
    ["127.0.0.1", 1.5],
    ["127.0.0.1", NaN],
    ["0.0.0.0", 80],
    ["::1", 80],
    ["::ffff:127.0.0.1", 80],
    ["224.0.0.1", 80],
    ["255.255.255.255", 80],
  ])(
    "connecting to %j port %s is invalid-input and changes nothing",
    async (host, port) => {
      const { driver, socket } = setUp();
      const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
      expect(await socket.connect(handle, { host, port })).toEqual(
        fails("invalid-input"),
      );
      expect(driver.log).toEqual([]);
      expect((await socket.connect(handle, address)).tag).toBe("ok");
    },
  );

  it("receive no more than the host's cap", async () => {
    const asked: number[] = [];
    const { socket } = setUp(
      { receive: (most) => (asked.push(most), bytes(1)) },
      { limits: { receiveBytes: 100 } },
    );
    const handle = await connected(socket);
    await socket.receive(handle, 2n ** 64n - 1n);
    await socket.receive(handle, 7n);
    expect(asked).toEqual([100, 7]);
    expect(await socket.receive(handle, 0n)).toEqual({
      tag: "ok",
      val: bytes(),
    });
  });
});

describe("calls that wait", () => {
  it("are served in order, each direction for itself", async () => {
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

  it("survive waits that end for no reason", async () => {
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

  it("return connection-aborted when the socket is closed, all of them", async () => {
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

  it("return connection-aborted while a name is looked up or a connection made", async () => {
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
});

describe("timeouts", () => {
  it("end a wait, leave the socket usable, and move the next call up", async () => {
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

  it("longer than timers can be are waited for to the end", async () => {
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

  it("of zero give would-block, after the network had its turn", async () => {
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

  it("are cut to the longest wait the host allows", async () => {
    const { driver, socket } = setUp(
      { receive: () => PENDING },
      { limits: { longestWait: 50 } },
    );
    const handle = await connected(socket);
    const call = socket.receive(handle, 1n);
    driver.pass(50);
    expect(await call).toEqual(fails("timeout"));
  });

  it("return the count that was taken", async () => {
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
    // Whoever may run out of time cannot promise to leave the bytes alone.
    expect(held).not.toContain(true);
    unwrap(await socket.setWriteTimeout(handle, undefined));
    room = 100;
    expect(await socket.send(handle, bytes(4, 5))).toEqual({
      tag: "ok",
      val: 2n,
    });
    expect(held.at(-1)).toBe(true);
  });

  it("end a connect, which leaves nothing but close", async () => {
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

describe("names", () => {
  it("are tried address by address, and the last error counts", async () => {
    const { driver, socket } = setUp({
      lookup: () => ["10.0.0.1", "10.0.0.2"],
      connect: ({ host }) => {
        if (host === "10.0.0.1") throw systemError("ECONNREFUSED", "dead");
      },
      peer: { host: "10.0.0.2", port: 80 },
    });
    const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
    expect((await socket.connect(handle, { host: "name", port: 80 })).tag).toBe(
      "ok",
    );
    expect(driver.log).toEqual([
      "lookup name",
      "connect 10.0.0.1 80",
      "connect 10.0.0.2 80",
    ]);

    const cause = systemError("EHOSTUNREACH", "both dead");
    const dead = setUp({
      lookup: () => ["10.0.0.1", "10.0.0.2"],
      connect: ({ host }) => {
        throw host === "10.0.0.2" ? cause : systemError("ECONNREFUSED", "dead");
      },
    });
    const other = unwrap(await dead.socket.createSocket("ipv4", "tcp"));
    const failed = await dead.socket.connect(other, { host: "name", port: 80 });
    expect(failed).toEqual(fails("network-unreachable"));
    expect(causeOf(failed)).toBe(cause);
  });

  it("that stand for senseless addresses are unknown", async () => {
    const { driver, socket } = setUp({
      lookup: () => [
        "0.0.0.0",
        "::1",
        "::ffff:127.0.0.1",
        "224.0.0.1",
        "nonsense",
        "127.1",
      ],
    });
    const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
    expect(await socket.connect(handle, { host: "name", port: 80 })).toEqual(
      fails("address-not-available"),
    );
    expect(driver.log).toEqual(["lookup name", "close 1"]);
  });

  it("are looked up for bind and send-to too", async () => {
    const { driver, socket } = setUp({ lookup: () => ["127.0.0.7"] });
    const tcp = unwrap(await socket.createSocket("ipv4", "tcp"));
    expect((await socket.bind(tcp, { host: "name", port: 0 })).tag).toBe("ok");
    const udp = unwrap(await socket.createSocket("ipv4", "udp"));
    expect(
      await socket.sendTo(udp, bytes(1), { host: "name", port: 7 }),
    ).toEqual({ tag: "ok", val: 1n });
    expect(driver.log).toEqual([
      "lookup name",
      "bind 127.0.0.7 0",
      "lookup name",
      "bind 0.0.0.0 0",
      "sendTo 127.0.0.7",
    ]);
  });

  it("keep a socket busy while a bind waits, and give it back if that fails", async () => {
    let answer: readonly string[] | typeof PENDING = PENDING;
    const { driver, socket } = setUp({ lookup: () => answer });
    const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
    const call = socket.bind(handle, { host: "name", port: 0 });
    expect(await socket.bind(handle, address)).toEqual(fails("invalid-input"));
    expect(await socket.connect(handle, address)).toEqual(
      fails("invalid-input"),
    );
    answer = [];
    driver.ready("lookup");
    expect(await call).toEqual(fails("address-not-available"));
    expect(
      (await socket.bind(handle, { host: "127.0.0.1", port: 0 })).tag,
    ).toBe("ok");
  });
});

describe("policy", () => {
  it("is asked after the look-up, about the very address that is used", async () => {
    const requests: PolicyRequest[] = [];
    let lookups = 0;
    const { driver, socket } = setUp(
      // A name that changes its address between a check and the use.
      {
        lookup: () => (lookups++ === 0 ? ["8.8.8.8"] : ["127.0.0.1"]),
        peer: { host: "8.8.8.8", port: 80 },
      },
      {
        policy: {
          connect: (request) => (
            requests.push(request),
            request.host === "8.8.8.8"
          ),
        },
      },
    );
    const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
    expect(
      (await socket.connect(handle, { host: "rebinding", port: 80 })).tag,
    ).toBe("ok");
    expect(driver.log).toEqual(["lookup rebinding", "connect 8.8.8.8 80"]);
    expect(requests).toEqual([
      {
        family: "ipv4",
        protocol: "tcp",
        host: "8.8.8.8",
        port: 80,
        name: "rebinding",
      },
    ]);
    const second = unwrap(await socket.createSocket("ipv4", "tcp"));
    expect(
      await socket.connect(second, { host: "rebinding", port: 80 }),
    ).toEqual(fails("network-unreachable"));
    expect(driver.log).not.toContain("connect 127.0.0.1 80");
  });

  it("sees addresses in one form, however they are written", async () => {
    const { driver, socket } = setUp(
      {},
      { policy: { connect: ["!fd00::/8", "*"] } },
    );
    const handle = unwrap(await socket.createSocket("ipv6", "tcp"));
    expect(
      await socket.connect(handle, { host: "FD00:0:0::0001", port: 80 }),
    ).toEqual(fails("network-unreachable"));
    expect(driver.log).toEqual(["close 1"]);
  });

  it("skips a forbidden address of a name and takes the next", async () => {
    const { driver, socket } = setUp(
      {
        lookup: () => ["127.0.0.1", "8.8.8.8"],
        peer: { host: "8.8.8.8", port: 80 },
      },
      { policy: { connect: ["!127.0.0.0/8", "*"] } },
    );
    const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
    expect((await socket.connect(handle, { host: "name", port: 80 })).tag).toBe(
      "ok",
    );
    expect(driver.log).toEqual(["lookup name", "connect 8.8.8.8 80"]);
  });

  it("forbids local addresses, listening and datagrams", async () => {
    const { driver, socket } = setUp(
      {},
      { policy: { bind: ["127.0.0.1:0"], listen: [], sendTo: [] } },
    );
    const tcp = unwrap(await socket.createSocket("ipv4", "tcp"));
    expect(await socket.bind(tcp, { host: "0.0.0.0", port: 0 })).toEqual(
      fails("address-not-available"),
    );
    expect((await socket.bind(tcp, { host: "127.0.0.1", port: 0 })).tag).toBe(
      "ok",
    );
    expect(await socket.listen(tcp, 1)).toEqual(fails("address-not-available"));
    const udp = unwrap(await socket.createSocket("ipv4", "udp"));
    expect(await socket.sendTo(udp, bytes(1), address)).toEqual(
      fails("network-unreachable"),
    );
    expect(driver.log).toEqual(["bind 127.0.0.1 0"]);
  });

  it("that throws forbids, and its error is kept", async () => {
    const cause = new Error("the policy is broken");
    const { socket } = setUp(
      {},
      {
        policy: {
          connect: () => {
            throw cause;
          },
        },
      },
    );
    const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
    const failed = await socket.connect(handle, address);
    expect(failed).toEqual(fails("other"));
    expect(causeOf(failed)).toBe(cause);
  });
});

describe("the host", () => {
  it("refuses a socket that reached itself", async () => {
    const { socket } = setUp({ local: { host: "127.0.0.1", port: 80 } });
    const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
    expect(await socket.connect(handle, address)).toEqual(
      fails("connection-refused"),
    );
  });

  it("keeps to the limit of open sockets, for accept as well", async () => {
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

  it("gives the driver a backlog it can take", async () => {
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

  it("turns anything a driver throws into an error, and keeps it", async () => {
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

  it("lists what is open, and closes it all when disposed", async () => {
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

  it("works with functions taken out of the backend", async () => {
    const { createSocket, close } = setUp().socket;
    expect((await close(unwrap(await createSocket("ipv4", "tcp")))).tag).toBe(
      "ok",
    );
  });
});

describe("the blocking runner", () => {
  it("blocks until the network is ready", () => {
    let input: Uint8Array | undefined;
    const driver = new ScriptedDriver({ receive: () => input ?? PENDING });
    const socket = createBlockingSocket(driver);
    const handle = unwrap(socket.createSocket("ipv4", "tcp"));
    unwrap(socket.connect(handle, address));
    const ready = vi.fn(() => {
      if (ready.mock.calls.length === 3) input = bytes(1);
    });
    driver.onBlock = ready;
    expect(socket.receive(handle, 1n)).toEqual({ tag: "ok", val: bytes(1) });
    expect(ready).toHaveBeenCalledTimes(3);
    socket[Symbol.dispose]();
    expect(driver.log.at(-1)).toBe("dispose");
  });

  it("gives up at the deadline, and polls once at zero", () => {
    const driver = new ScriptedDriver({ receive: () => PENDING });
    const socket = createBlockingSocket(driver);
    const handle = unwrap(socket.createSocket("ipv4", "tcp"));
    unwrap(socket.connect(handle, address));
    unwrap(socket.setReadTimeout(handle, 500n));
    expect(socket.receive(handle, 1n)).toEqual(fails("timeout"));
    expect(driver.time).toBe(500);
    unwrap(socket.setReadTimeout(handle, 0n));
    expect(socket.receive(handle, 1n)).toEqual(fails("would-block"));
    expect(driver.time).toBe(500);
  });

  it("lets a deadlock through, because no call could ever end, and nothing else", () => {
    const driver = new ScriptedDriver({ receive: () => PENDING });
    const socket = createBlockingSocket(driver);
    const handle = unwrap(socket.createSocket("ipv4", "tcp"));
    unwrap(socket.connect(handle, address));
    const deadlock = new DeadlockError("a byte", "Send one.");
    const broken = systemError("EIO", "the driver is broken");
    driver.onBlock = () => {
      throw deadlock;
    };
    expect(() => socket.receive(handle, 1n)).toThrow(deadlock);
    driver.onBlock = () => {
      throw broken;
    };
    const failed = socket.receive(handle, 1n);
    expect(failed).toEqual(fails("other"));
    expect(causeOf(failed)).toBe(broken);
  });
});
