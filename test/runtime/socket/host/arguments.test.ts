import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AsyncSocket } from "@wit2ts/core-libs/socket";
import { unwrap } from "@wit2ts/runtime";
import {
  address,
  boundUdp,
  bytes,
  connected,
  fails,
  setUp,
} from "./support.js";

describe("arguments that are not type-checked", () => {
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

  it("never make a function throw", async () => {
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
  ])("%s fails with invalid-input", async (_, call) => {
    const { socket } = setUp();
    expect(await call(socket, await connected(socket))).toEqual(
      fails("invalid-input"),
    );
  });

  it.each<[string, unknown]>([
    ["looks like bytes", { [Symbol.toStringTag]: "Uint8Array", length: 3 }],
    ["has their prototype", Object.create(Uint8Array.prototype)],
    ["stands for some", new Proxy(new Uint8Array(3), {})],
    [
      "is called so",
      Object.defineProperties(new DataView(new ArrayBuffer(3)), {
        [Symbol.toStringTag]: { value: "Uint8Array" },
        length: { value: 3 },
      }),
    ],
  ])("data that only %s fails with invalid-input", async (_, data) => {
    const { driver, socket } = setUp();
    const tcp = await connected(socket);
    const udp = await boundUdp(socket);
    const before = driver.log.length;
    const bytes = data as Uint8Array;
    expect(await socket.send(tcp, bytes)).toEqual(fails("invalid-input"));
    expect(await socket.sendTo(udp, bytes, address)).toEqual(
      fails("invalid-input"),
    );
    unwrap(await socket.connect(udp, address));
    expect(await socket.send(udp, bytes)).toEqual(fails("invalid-input"));
    expect(driver.log.slice(before)).not.toContainEqual(
      expect.stringContaining("send"),
    );
  });

  it("bytes may be any Uint8Array, even of another realm", async () => {
    const { socket } = setUp({ send: (data) => data.length });
    const tcp = await connected(socket);
    class Special extends Uint8Array {}
    for (const data of [
      runInNewContext("new Uint8Array(3)") as Uint8Array,
      Buffer.alloc(3),
      new Special(3),
      new Uint8Array(new SharedArrayBuffer(3)),
      new Uint8Array(new ArrayBuffer(9), 2, 3),
    ])
      expect(unwrap(await socket.send(tcp, data))).toBe(3n);
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
    "connecting to %j port %s fails with invalid-input and changes nothing",
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

  it("for the length to receive are limited to the host's `receiveBytes`", async () => {
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
