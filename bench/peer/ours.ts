import { unwrap } from "@wit2ts/runtime";
import type { SocketHandle } from "@wit2ts/core-libs/socket";
import { createNodeSocket } from "@wit2ts/socket/node";
import { Digest } from "./digest.js";
import {
  amounts,
  fill,
  head,
  memoryEach,
  ownHost,
  rate,
  type Work,
} from "./work.js";

const socket = createNodeSocket();

async function connect(
  port: number,
  host = "127.0.0.1",
): Promise<SocketHandle> {
  const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
  unwrap(await socket.connect(handle, { host, port }));
  return handle;
}

async function receiveAll(handle: SocketHandle, length: number): Promise<void> {
  for (let left = length; left > 0;) {
    const { length: got } = unwrap(await socket.receive(handle, BigInt(left)));
    if (got === 0) throw new Error("the peer ended too early");
    left -= got;
  }
}

async function udp(port: number): Promise<SocketHandle> {
  const handle = unwrap(await socket.createSocket("ipv4", "udp"));
  unwrap(await socket.connect(handle, { host: "127.0.0.1", port }));
  return handle;
}

/** The work, done with the asynchronous backend. */
export const ours: Work = {
  async pingPong(port) {
    const handle = await connect(port);
    unwrap(await socket.send(handle, head("E", 0)));
    const message = Buffer.alloc(amounts.messageLength, 7);
    const exchange = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index++) {
        message[0] = index;
        unwrap(await socket.send(handle, message));
        await receiveAll(handle, message.length);
      }
    };
    await exchange(2_000);
    const result = await rate(amounts.pingPong, () =>
      exchange(amounts.pingPong),
    );
    unwrap(await socket.close(handle));
    return result;
  },

  async send(port) {
    const handle = await connect(port);
    const { sendBytes, chunkLength } = amounts;
    unwrap(await socket.send(handle, head("S", sendBytes)));
    const buffer = Buffer.alloc(chunkLength);
    const answer = Buffer.alloc(16);
    const result = await rate(sendBytes / 1e6, async () => {
      for (let count = 0; count < sendBytes / chunkLength; count++) {
        fill(buffer, count);
        unwrap(await socket.send(handle, buffer));
      }
      for (let got = 0; got < answer.length;) {
        const piece = unwrap(await socket.receive(handle, 16n));
        answer.set(piece, got);
        got += piece.length;
      }
    });
    unwrap(await socket.close(handle));
    checkDigest(answer);
    return result;
  },

  async receive(port) {
    const handle = await connect(port);
    unwrap(await socket.send(handle, head("G", amounts.receiveBytes)));
    let count = 0;
    const result = await rate(amounts.receiveBytes / 1e6, async () => {
      for (;;) {
        const data = unwrap(await socket.receive(handle, 1_048_576n));
        if (data.length === 0) break;
        checkPattern(data, count);
        count += data.length;
      }
    });
    if (count !== amounts.receiveBytes)
      throw new Error(`${String(count)} bytes came`);
    unwrap(await socket.close(handle));
    return result;
  },

  async connections(port) {
    const host = ownHost();
    const run = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index++)
        unwrap(await socket.close(await connect(port, host)));
    };
    await run(2_000);
    return rate(amounts.connections, () => run(amounts.connections));
  },

  async udpPingPong(port) {
    const handle = await udp(port);
    const message = Buffer.alloc(amounts.messageLength, 7);
    const exchange = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index++) {
        message[0] = index;
        unwrap(await socket.send(handle, message));
        unwrap(await socket.receive(handle, 2_048n));
      }
    };
    await exchange(2_000);
    const result = await rate(amounts.datagrams, () =>
      exchange(amounts.datagrams),
    );
    unwrap(await socket.close(handle));
    return result;
  },

  async udpWindow(port) {
    const handle = await udp(port);
    const message = Buffer.alloc(amounts.messageLength, 7);
    const exchange = async (count: number): Promise<void> => {
      for (let index = 0; index < amounts.window; index++)
        unwrap(await socket.send(handle, message));
      for (let index = 0; index < count; index++) {
        unwrap(await socket.receive(handle, 2_048n));
        if (index < count - amounts.window) {
          message[0] = index;
          unwrap(await socket.send(handle, message));
        }
      }
    };
    await exchange(2_000);
    const { windowDatagrams } = amounts;
    const result = await rate(windowDatagrams, () => exchange(windowDatagrams));
    unwrap(await socket.close(handle));
    return result;
  },

  idle: (port) =>
    memoryEach(amounts.idleConnections, async (count) => {
      for (let index = 0; index < count; index++) await connect(port);
    }),
};

/** Compares the digest from the peer with that of the data that `send` should have sent. */
export function checkDigest(answer: Buffer): void {
  const { sendBytes, chunkLength } = amounts;
  const digest = new Digest();
  const buffer = Buffer.alloc(chunkLength);
  for (let count = 0; count < sendBytes / chunkLength; count++) {
    fill(buffer, count);
    digest.update(buffer);
  }
  if (!answer.equals(digest.bytes()))
    throw new Error("what arrived is not what was sent");
}

/**
 * Checks the first and last byte of a piece that starts at an offset; checking all of it would take longer than
 * receiving it.
 */
export function checkPattern(data: Uint8Array, offset: number): void {
  const last = offset + data.length - 1;
  if (
    data[0] !== ((offset / amounts.chunkLength) & 0xff) ||
    data[data.length - 1] !== ((last / amounts.chunkLength) & 0xff)
  )
    throw new Error(`what arrived at ${String(offset)} is not what was sent`);
}
