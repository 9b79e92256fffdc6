import type { Result } from "@wit2ts/runtime";
import { createNodeSyncSocket } from "@wit2ts/socket/node-sync";
import { describe, expect, test } from "vitest";

function value<T>(result: Result<T, string>): T {
  if (result.tag === "err") throw new Error(result.val);
  return result.val;
}

describe.each([{ borrow: false }, { borrow: true }])(
  "datagrams that are not received, borrow $borrow,",
  ({ borrow }) => {
    test.each([1, 2, 3])(
      "are queued up to a limit of %i, and later ones are dropped",
      (queuedDatagrams) => {
        using socket = createNodeSyncSocket({
          borrow,
          limits: { queuedDatagrams },
        });
        const bound = (): number => {
          const handle = value(socket.createSocket("ipv4", "udp"));
          value(socket.bind(handle, { host: "127.0.0.1", port: 0 }));
          return handle;
        };
        const near = bound();
        const far = bound();
        const last = bound();
        const lastAddress = value(socket.getLocalAddress(last));
        value(socket.setReadTimeout(near, 0n));
        const address = value(socket.getLocalAddress(far));
        for (let round = 0; round < 2; round++) {
          for (let count = 0; count < 10; count++)
            value(socket.sendTo(near, Uint8Array.of(count), address));
          // Once this one has arrived, the others have been sent. Two more calls make the worker poll the network twice.
          value(socket.sendTo(near, Uint8Array.of(10), lastAddress));
          value(socket.receiveFrom(last, 9n));
          for (let turn = 0; turn < 2; turn++)
            expect(socket.receiveFrom(near, 9n)).toMatchObject({
              val: "would-block",
            });
          value(socket.setReadTimeout(far, undefined));
          for (let count = 0; count < queuedDatagrams; count++)
            expect([...value(socket.receiveFrom(far, 9n))[0]]).toEqual([count]);
          value(socket.setReadTimeout(far, 20n));
          expect(socket.receiveFrom(far, 9n)).toMatchObject({ val: "timeout" });
        }
      },
    );
  },
);

test.each([false, true])(
  "a failed connect keeps the previous peer, bound before: %s",
  (isBound) => {
    using socket = createNodeSyncSocket();
    const handle = value(socket.createSocket("ipv4", "udp"));
    if (isBound) value(socket.bind(handle, { host: "0.0.0.0", port: 0 }));
    const peer = value(socket.createSocket("ipv4", "udp"));
    value(socket.bind(peer, { host: "127.0.0.1", port: 0 }));
    const address = value(socket.getLocalAddress(peer));
    value(socket.connect(handle, address));
    const local = value(socket.getLocalAddress(handle));
    value(socket.send(handle, Uint8Array.of(1)));
    // The kernel refuses it before anything is sent.
    expect(
      socket.connect(handle, { host: "127.255.255.255", port: 9 }),
    ).toMatchObject({ val: "other" });
    expect(value(socket.getPeerAddress(handle))).toEqual(address);
    value(socket.send(handle, Uint8Array.of(2)));
    value(socket.sendTo(handle, Uint8Array.of(3), address));
    for (const expected of [1, 2, 3])
      expect([...value(socket.receiveFrom(peer, 9n))[0]]).toEqual([expected]);
    value(socket.sendTo(peer, Uint8Array.of(4), local));
    expect([...value(socket.receive(handle, 9n))]).toEqual([4]);
  },
);

test("datagrams that are still queued when the peer changes go to the previous peer", () => {
  using socket = createNodeSyncSocket();
  const bound = (): number => {
    const handle = value(socket.createSocket("ipv4", "udp"));
    value(socket.bind(handle, { host: "127.0.0.1", port: 0 }));
    value(socket.setReadTimeout(handle, 1_000n));
    return handle;
  };
  const [near, first, second] = [bound(), bound(), bound()];
  const firstAddress = value(socket.getLocalAddress(first));
  const secondAddress = value(socket.getLocalAddress(second));
  const send = (byte?: number): void => {
    const data = byte === undefined ? new Uint8Array(0) : Uint8Array.of(byte);
    value(socket.send(near, data));
  };
  value(socket.connect(near, firstAddress));
  // Empty datagrams are sent by the worker. Only the first one to a destination waits for the outcome.
  send();
  value(socket.receiveFrom(first, 9n));
  // Whether the worker is still sending when it is to change the peer depends on how fast it is, so try several times.
  for (let round = 0; round < 20; round++) {
    value(socket.connect(near, secondAddress));
    value(socket.connect(near, firstAddress));
    send();
    send(1);
    send(2);
    value(socket.connect(near, secondAddress));
    send(3);
    for (const expected of [[], [1], [2]])
      expect([...value(socket.receiveFrom(first, 9n))[0]]).toEqual(expected);
    expect([...value(socket.receiveFrom(second, 9n))[0]]).toEqual([3]);
  }
});

test("datagrams that others sent before connect take no room from the peer's datagrams", () => {
  using socket = createNodeSyncSocket({ limits: { queuedDatagrams: 1 } });
  const bound = (): number => {
    const handle = value(socket.createSocket("ipv4", "udp"));
    value(socket.bind(handle, { host: "127.0.0.1", port: 0 }));
    return handle;
  };
  const [near, peer, idle] = [bound(), bound(), bound()];
  value(socket.setReadTimeout(idle, 0n));
  const address = value(socket.getLocalAddress(near));
  /** Sends to the first socket, and makes the worker poll the network until the datagram has arrived. */
  const send = (from: number, byte: number): void => {
    value(socket.sendTo(from, Uint8Array.of(byte), address));
    for (let turn = 0; turn < 3; turn++)
      expect(socket.receiveFrom(idle, 9n)).toMatchObject({
        val: "would-block",
      });
  };
  send(idle, 1);
  value(socket.connect(near, value(socket.getLocalAddress(peer))));
  send(peer, 2);
  value(socket.setReadTimeout(near, 1_000n));
  expect([...value(socket.receiveFrom(near, 9n))[0]]).toEqual([2]);
});

test("connect drops the queued datagrams of others, also those behind datagrams of the peer", () => {
  using socket = createNodeSyncSocket({ limits: { queuedDatagrams: 3 } });
  const bound = (): number => {
    const handle = value(socket.createSocket("ipv4", "udp"));
    value(socket.bind(handle, { host: "127.0.0.1", port: 0 }));
    value(socket.setReadTimeout(handle, 0n));
    return handle;
  };
  const [near, first, second, idle] = [bound(), bound(), bound(), bound()];
  const address = value(socket.getLocalAddress(near));
  const firstAddress = value(socket.getLocalAddress(first));
  const secondAddress = value(socket.getLocalAddress(second));
  const idleAddress = value(socket.getLocalAddress(idle));
  value(socket.setReadTimeout(idle, 1_000n));
  /** Sends to the first socket. Once the next datagram has arrived elsewhere, this one has arrived too. */
  const send = (from: number, byte: number): void => {
    value(socket.sendTo(from, Uint8Array.of(byte), address));
    value(socket.sendTo(from, Uint8Array.of(0), idleAddress));
    value(socket.receiveFrom(idle, 9n));
  };
  send(second, 1);
  send(first, 2);
  send(second, 3);
  value(socket.connect(near, secondAddress));
  // There is room for it, in place of the one that was dropped.
  send(second, 4);
  for (const expected of [1, 3, 4])
    expect([...value(socket.receive(near, 9n))]).toEqual([expected]);
  expect(socket.receive(near, 9n)).toMatchObject({ val: "would-block" });

  send(second, 5);
  value(socket.connect(near, firstAddress));
  expect(socket.receive(near, 9n)).toMatchObject({ val: "would-block" });
  value(socket.connect(near, secondAddress));
  expect(socket.receive(near, 9n)).toMatchObject({ val: "would-block" });
  send(second, 6);
  expect([...value(socket.receive(near, 9n))]).toEqual([6]);
});

test("received datagrams take no more room than the limit of buffered bytes, except for a single one", () => {
  using socket = createNodeSyncSocket({ limits: { bufferedBytes: 5_000 } });
  const bound = (): number => {
    const handle = value(socket.createSocket("ipv4", "udp"));
    value(socket.bind(handle, { host: "127.0.0.1", port: 0 }));
    value(socket.setReadTimeout(handle, 1_000n));
    return handle;
  };
  const [near, far, last] = [bound(), bound(), bound()];
  const address = value(socket.getLocalAddress(far));
  const lastAddress = value(socket.getLocalAddress(last));
  const send = (count: number, length: number): void => {
    for (let index = 0; index < count; index++)
      value(socket.sendTo(near, new Uint8Array(length), address));
    // Once this one has arrived, the others have arrived too.
    value(socket.sendTo(near, Uint8Array.of(0), lastAddress));
    value(socket.receiveFrom(last, 9n));
  };
  const received = (): number[] => {
    value(socket.setReadTimeout(far, 0n));
    const lengths: number[] = [];
    for (;;) {
      const datagram = socket.receiveFrom(far, 65_536n);
      if (datagram.tag === "err") return lengths;
      lengths.push(datagram.val[0].length);
    }
  };
  send(20, 1_000);
  expect(received()).toEqual([1_000, 1_000, 1_000, 1_000]);
  send(2, 65_507);
  expect(received()).toEqual([65_507]);
});
