import dgram from "node:dgram";
import { once } from "node:events";
import { networkInterfaces } from "node:os";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import type {
  AddressFamily,
  AsyncSocket,
  SocketAddress,
  SocketHandle,
} from "@wit2ts/core-libs/socket";
import { causeOf, unwrap } from "@wit2ts/runtime";
import { createNodeSocket } from "@wit2ts/socket/node";
import { families, loopback } from "./support.js";

const fails = (error: string): object => ({ tag: "err", val: error });
const text = (data: Uint8Array): string => Buffer.from(data).toString();

async function bound(
  socket: AsyncSocket,
  family: AddressFamily,
): Promise<[SocketHandle, SocketAddress]> {
  const handle = unwrap(await socket.createSocket(family, "udp"));
  unwrap(await socket.bind(handle, { host: loopback[family], port: 0 }));
  return [handle, unwrap(await socket.getLocalAddress(handle))];
}

/** Returns an address of this machine that is neither loopback nor link-local. */
function ownAddress(family: AddressFamily): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((each) => each.family.toLowerCase() === family && !each.internal)
    .find(({ address }) => !address.startsWith("fe80:"))?.address;
}

describe.each(families)("datagrams over %s", (family) => {
  it("arrive whole and in order while the sender reuses its buffer", async () => {
    await using socket = createNodeSocket();
    const [near] = await bound(socket, family);
    const [far, address] = await bound(socket, family);
    const buffer = Buffer.alloc(1_000);
    for (let count = 0; count < 50; count++) {
      buffer.fill(count);
      expect(unwrap(await socket.sendTo(near, buffer, address))).toBe(1_000n);
      buffer.fill(0xee);
    }
    for (let count = 0; count < 50; count++) {
      const [data] = unwrap(await socket.receiveFrom(far, 2_000n));
      expect(data.length).toBe(1_000);
      expect(data.every((byte) => byte === count)).toBe(true);
    }
  });

  it("are plain Uint8Arrays with memory of their own, not Node Buffers", async () => {
    await using socket = createNodeSocket();
    const [near] = await bound(socket, family);
    const [far, address] = await bound(socket, family);
    const peer = unwrap(await socket.getLocalAddress(near));
    unwrap(await socket.connect(far, peer));
    for (const [maxLength, expected] of [
      [9n, "first"],
      [2n, "fi"],
    ] as const) {
      unwrap(await socket.sendTo(near, Buffer.from("first"), address));
      unwrap(await socket.sendTo(near, Buffer.from("first"), address));
      for (const data of [
        unwrap(await socket.receive(far, maxLength)),
        unwrap(await socket.receiveFrom(far, maxLength))[0],
      ]) {
        expect(Object.getPrototypeOf(data)).toBe(Uint8Array.prototype);
        expect(data.buffer.byteLength).toBe(expected.length);
        const copy = data.slice();
        data.fill(0);
        expect(text(copy)).toBe(expected);
      }
    }
  });

  it("may be empty, are truncated to max-len, and have a maximum size", async () => {
    await using socket = createNodeSocket();
    const [near, sender] = await bound(socket, family);
    const [far, address] = await bound(socket, family);
    expect(unwrap(await socket.sendTo(near, new Uint8Array(0), address))).toBe(
      0n,
    );
    expect(unwrap(await socket.receiveFrom(far, 10n))).toEqual([
      expect.objectContaining({ length: 0 }),
      sender,
    ]);
    unwrap(await socket.sendTo(near, Buffer.from("long"), address));
    unwrap(await socket.sendTo(near, Buffer.from("next"), address));
    expect(text(unwrap(await socket.receiveFrom(far, 2n))[0])).toBe("lo");
    expect(text(unwrap(await socket.receiveFrom(far, 9n))[0])).toBe("next");
    const largest = family === "ipv4" ? 65_507 : 65_527;
    expect(
      await socket.sendTo(near, new Uint8Array(largest + 1), address),
    ).toEqual(fails("invalid-input"));
    expect(
      (await socket.sendTo(near, new Uint8Array(largest), address)).tag,
    ).toBe("ok");
    expect(unwrap(await socket.receiveFrom(far, 100_000n))[0].length).toBe(
      largest,
    );
  });

  it("from other senders are dropped once there is a peer, queued ones included", async () => {
    await using socket = createNodeSocket();
    const [near, address] = await bound(socket, family);
    const [peer, peerAddress] = await bound(socket, family);
    const [stranger] = await bound(socket, family);
    unwrap(await socket.sendTo(stranger, Buffer.from("early"), address));
    unwrap(await socket.sendTo(peer, Buffer.from("mine"), address));
    await sleep(20);
    unwrap(await socket.connect(near, peerAddress));
    unwrap(await socket.sendTo(stranger, Buffer.from("late"), address));
    unwrap(await socket.sendTo(peer, Buffer.from("again"), address));
    expect(text(unwrap(await socket.receive(near, 99n)))).toBe("mine");
    expect(text(unwrap(await socket.receive(near, 99n)))).toBe("again");
    expect(unwrap(await socket.getPeerAddress(near))).toEqual(peerAddress);
  });

  it("keep their source port after the socket connects to another peer", async () => {
    await using socket = createNodeSocket();
    const handle = unwrap(await socket.createSocket(family, "udp"));
    const [one, oneAddress] = await bound(socket, family);
    const [two, twoAddress] = await bound(socket, family);
    unwrap(await socket.connect(handle, oneAddress));
    const local = unwrap(await socket.getLocalAddress(handle));
    unwrap(await socket.send(handle, Buffer.from("one")));
    expect(unwrap(await socket.receiveFrom(one, 9n))[1]).toEqual(local);
    unwrap(await socket.connect(handle, twoAddress));
    expect(unwrap(await socket.getLocalAddress(handle)).port).toBe(local.port);
    unwrap(await socket.send(handle, Buffer.from("two")));
    expect(unwrap(await socket.receiveFrom(two, 9n))[1].port).toBe(local.port);
    unwrap(await socket.sendTo(two, Buffer.from("back"), local));
    expect(text(unwrap(await socket.receive(handle, 9n)))).toBe("back");
  });

  it("have the local address that fits each peer, as long as none was bound", async (context) => {
    // Setting a peer sends nothing, so nothing reaches the network.
    const elsewhere = ownAddress(family);
    if (elsewhere === undefined) {
      context.skip("this machine has only loopback addresses");
      return;
    }
    await using socket = createNodeSocket();
    const handle = unwrap(await socket.createSocket(family, "udp"));
    for (const host of [loopback[family], elsewhere, loopback[family]]) {
      unwrap(await socket.connect(handle, { host, port: 9 }));
      expect(unwrap(await socket.getLocalAddress(handle)).host).toBe(host);
    }
  });

  it("to a closed port are reported as connection-refused, and the socket remains usable", async () => {
    await using socket = createNodeSocket();
    const gone = dgram.createSocket(family === "ipv4" ? "udp4" : "udp6");
    gone.bind(0, loopback[family]);
    await once(gone, "listening");
    const { port } = gone.address();
    gone.close();
    const [near] = await bound(socket, family);
    unwrap(await socket.connect(near, { host: loopback[family], port }));
    unwrap(await socket.send(near, Buffer.from("anyone?")));
    unwrap(await socket.setReadTimeout(near, 2_000n));
    const failed = await socket.receive(near, 9n);
    expect(failed).toEqual(fails("connection-refused"));
    expect(causeOf(failed)).toMatchObject({ code: "ECONNREFUSED" });
    const [peer, peerAddress] = await bound(socket, family);
    unwrap(await socket.connect(near, peerAddress));
    unwrap(await socket.send(near, Buffer.from("you")));
    expect(text(unwrap(await socket.receiveFrom(peer, 9n))[0])).toBe("you");
  });

  it("that are not received are queued up to the limit, and later ones are dropped", async () => {
    await using socket = createNodeSocket({ limits: { queuedDatagrams: 3 } });
    const [near] = await bound(socket, family);
    const [far, address] = await bound(socket, family);
    for (let count = 0; count < 10; count++)
      unwrap(await socket.sendTo(near, Buffer.from(String(count)), address));
    // The kernel has queued the datagrams; the socket reads them in the next turns of the event loop.
    for (let turn = 0; turn < 3; turn++) await setImmediate();
    for (const expected of ["0", "1", "2"])
      expect(text(unwrap(await socket.receiveFrom(far, 9n))[0])).toBe(expected);
    unwrap(await socket.setReadTimeout(far, 20n));
    expect(await socket.receiveFrom(far, 9n)).toEqual(fails("timeout"));
  });
});

it("a broadcast without permission fails with `other`, with the kernel's error as the cause", async () => {
  await using socket = createNodeSocket();
  const [handle] = await bound(socket, "ipv4");
  // The kernel refuses it before anything is sent.
  const failed = await socket.sendTo(handle, Buffer.from("x"), {
    host: "127.255.255.255",
    port: 9,
  });
  expect(failed).toEqual(fails("other"));
  expect(causeOf(failed)).toMatchObject({ code: "EACCES" });
});

it.each([false, true])(
  "a failed connect keeps the previous peer, bound before: %s",
  async (isBound) => {
    await using socket = createNodeSocket();
    const handle = unwrap(await socket.createSocket("ipv4", "udp"));
    if (isBound)
      unwrap(await socket.bind(handle, { host: "0.0.0.0", port: 0 }));
    const [peer, address] = await bound(socket, "ipv4");
    unwrap(await socket.connect(handle, address));
    const local = unwrap(await socket.getLocalAddress(handle));
    // The kernel refuses it before anything is sent.
    expect(
      await socket.connect(handle, { host: "127.255.255.255", port: 9 }),
    ).toEqual(fails("other"));
    expect(unwrap(await socket.getPeerAddress(handle))).toEqual(address);
    expect(unwrap(await socket.getLocalAddress(handle))).toEqual(local);
    unwrap(await socket.send(handle, Buffer.from("one")));
    unwrap(await socket.sendTo(handle, Buffer.from("two"), address));
    expect(text(unwrap(await socket.receiveFrom(peer, 9n))[0])).toBe("one");
    expect(text(unwrap(await socket.receiveFrom(peer, 9n))[0])).toBe("two");
    unwrap(await socket.sendTo(peer, Buffer.from("back"), local));
    expect(text(unwrap(await socket.receive(handle, 9n)))).toBe("back");
  },
);

it("a socket whose port is bound at another address meanwhile can still change its peer", async () => {
  await using socket = createNodeSocket();
  const [, first] = await bound(socket, "ipv4");
  const [second, secondAddress] = await bound(socket, "ipv4");
  const handle = unwrap(await socket.createSocket("ipv4", "udp"));
  unwrap(await socket.connect(handle, first));
  const local = unwrap(await socket.getLocalAddress(handle));
  const other = unwrap(await socket.createSocket("ipv4", "udp"));
  unwrap(await socket.bind(other, { host: "127.0.0.2", port: local.port }));
  unwrap(await socket.connect(handle, secondAddress));
  unwrap(await socket.send(handle, Buffer.from("hello")));
  const [data, sender] = unwrap(await socket.receiveFrom(second, 9n));
  expect(text(data)).toBe("hello");
  expect(sender).toEqual(local);
});

it("a socket that cannot be bound again keeps its peer", async () => {
  await using socket = createNodeSocket();
  const [first, firstAddress] = await bound(socket, "ipv4");
  const [, secondAddress] = await bound(socket, "ipv4");
  const handle = unwrap(await socket.createSocket("ipv4", "udp"));
  unwrap(await socket.connect(handle, firstAddress));
  const creating = vi.spyOn(dgram, "createSocket").mockImplementation(() => {
    throw Object.assign(new Error("taken"), { code: "EADDRINUSE" });
  });
  try {
    expect(await socket.connect(handle, secondAddress)).toEqual(
      fails("address-in-use"),
    );
    expect(creating).toHaveBeenCalled();
  } finally {
    creating.mockRestore();
  }
  expect(unwrap(await socket.getPeerAddress(handle))).toEqual(firstAddress);
  unwrap(await socket.send(handle, Buffer.from("hello")));
  expect(text(unwrap(await socket.receiveFrom(first, 9n))[0])).toBe("hello");
  unwrap(await socket.close(handle));
});

it("a connect that fails immediately after a successful one keeps that peer", async () => {
  await using socket = createNodeSocket();
  const [peer, address] = await bound(socket, "ipv4");
  const [handle] = await bound(socket, "ipv4");
  const [, other] = await bound(socket, "ipv4");
  unwrap(await socket.connect(handle, address));
  unwrap(await socket.connect(handle, other));
  // Node emits "connect" for the first call while the second one is in progress. The kernel refuses broadcast addresses.
  expect(
    await Promise.all([
      socket.connect(handle, address),
      socket.connect(handle, { host: "127.255.255.255", port: 9 }),
    ]),
  ).toEqual([{ tag: "ok", val: undefined }, fails("other")]);
  expect(unwrap(await socket.getPeerAddress(handle))).toEqual(address);
  unwrap(await socket.send(handle, Buffer.from("one")));
  expect(text(unwrap(await socket.receiveFrom(peer, 9n))[0])).toBe("one");
});

it("an address is shared only if both sockets set reuse-address", async () => {
  await using socket = createNodeSocket();
  const [, address] = await bound(socket, "ipv4");
  const other = unwrap(await socket.createSocket("ipv4", "udp"));
  unwrap(await socket.setReuseAddress(other, true));
  expect(await socket.bind(other, address)).toEqual(fails("address-in-use"));
  unwrap(await socket.bind(other, { host: "127.0.0.1", port: 0 }));
  const shared = unwrap(await socket.getLocalAddress(other));
  const third = unwrap(await socket.createSocket("ipv4", "udp"));
  unwrap(await socket.setReuseAddress(third, true));
  expect((await socket.bind(third, shared)).tag).toBe("ok");
});

it("a refusal that arrives after send has returned is reported by a later send", async () => {
  await using socket = createNodeSocket();
  const [near, address] = await bound(socket, "ipv4");
  const [far, farAddress] = await bound(socket, "ipv4");
  unwrap(await socket.connect(near, farAddress));
  for (let count = 0; count < 3; count++)
    unwrap(await socket.send(near, Buffer.from("x")));
  unwrap(await socket.close(far));
  let failed = await socket.send(near, Buffer.from("x"));
  for (let tries = 0; failed.tag === "ok" && tries < 100; tries++) {
    await sleep(5);
    failed = await socket.send(near, Buffer.from("x"));
  }
  expect(failed).toEqual(fails("connection-refused"));
  expect(unwrap(await socket.getLocalAddress(near))).toEqual(address);
});
