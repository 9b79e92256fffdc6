import dgram from "node:dgram";
import { once } from "node:events";
import net from "node:net";
import { checkDigest, checkPattern } from "./ours.js";
import {
  amounts,
  fill,
  head,
  memoryEach,
  ownHost,
  rate,
  type Work,
} from "./work.js";

async function connect(port: number): Promise<net.Socket> {
  const socket = net.connect({ port, host: "127.0.0.1" });
  await once(socket, "connect");
  return socket;
}

async function udp(port: number): Promise<dgram.Socket> {
  const socket = dgram.createSocket("udp4");
  socket.connect(port, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

/**
 * Exchanges `count` datagrams, with `window` of them in flight. Reuses one buffer without waiting for Node to have sent
 * it.
 */
function exchangeDatagrams(
  socket: dgram.Socket,
  count: number,
  window: number,
): Promise<void> {
  const message = Buffer.alloc(amounts.messageLength, 7);
  return new Promise((resolve, reject) => {
    let sent = 0;
    let received = 0;
    const next = (): void => {
      message[0] = sent++;
      socket.send(message, (error) => {
        if (error !== null) reject(error);
      });
    };
    const onMessage = (): void => {
      if (++received === count) {
        socket.off("message", onMessage);
        resolve();
      } else if (sent < count) next();
    };
    socket.on("message", onMessage);
    for (let index = 0; index < window; index++) next();
  });
}

/**
 * The work, done with `node:net` and `node:dgram` in the fastest style: events and callbacks, without promises on the
 * hot path.
 */
export const raw: Work = {
  async pingPong(port) {
    const socket = await connect(port);
    socket.write(head("E", 0));
    const message = Buffer.alloc(amounts.messageLength, 7);
    const exchange = (count: number): Promise<void> =>
      new Promise((resolve) => {
        let index = 0;
        let left = message.length;
        const onData = (data: Buffer): void => {
          left -= data.length;
          if (left > 0) return;
          left = message.length;
          if (++index === count) {
            socket.off("data", onData);
            resolve();
          } else {
            message[0] = index;
            socket.write(message);
          }
        };
        socket.on("data", onData);
        socket.write(message);
      });
    await exchange(2_000);
    const result = await rate(amounts.pingPong, () =>
      exchange(amounts.pingPong),
    );
    socket.destroy();
    return result;
  },

  async send(port) {
    const socket = await connect(port);
    const { sendBytes, chunkLength } = amounts;
    socket.write(head("S", sendBytes));
    const buffer = Buffer.alloc(chunkLength);
    const answer = Buffer.alloc(16);
    const result = await rate(
      sendBytes / 1e6,
      () =>
        new Promise((resolve) => {
          let got = 0;
          socket.on("data", (data) => {
            answer.set(data, got);
            got += data.length;
            if (got === answer.length) resolve();
          });
          let count = 0;
          // The buffer may change only after Node has written it.
          const next = (): void => {
            if (count === sendBytes / chunkLength) return;
            fill(buffer, count++);
            socket.write(buffer, next);
          };
          next();
        }),
    );
    socket.destroy();
    checkDigest(answer);
    return result;
  },

  async receive(port) {
    const socket = await connect(port);
    socket.write(head("G", amounts.receiveBytes));
    let count = 0;
    const result = await rate(
      amounts.receiveBytes / 1e6,
      () =>
        new Promise((resolve) => {
          socket.on("data", (data) => {
            checkPattern(data, count);
            count += data.length;
          });
          socket.on("end", resolve);
        }),
    );
    if (count !== amounts.receiveBytes)
      throw new Error(`${String(count)} bytes came`);
    return result;
  },

  async connections(port) {
    const host = ownHost();
    const run = (count: number): Promise<void> =>
      new Promise((resolve, reject) => {
        let left = count;
        const next = (): void => {
          if (left-- === 0) {
            resolve();
            return;
          }
          const socket = net.connect({ port, host });
          socket.on("error", reject);
          socket.on("connect", () => {
            socket.destroy();
            next();
          });
        };
        next();
      });
    await run(2_000);
    return rate(amounts.connections, () => run(amounts.connections));
  },

  async udpPingPong(port) {
    const socket = await udp(port);
    await exchangeDatagrams(socket, 2_000, 1);
    const { datagrams } = amounts;
    const result = await rate(datagrams, () =>
      exchangeDatagrams(socket, datagrams, 1),
    );
    socket.close();
    return result;
  },

  async udpWindow(port) {
    const socket = await udp(port);
    await exchangeDatagrams(socket, 2_000, amounts.window);
    const { windowDatagrams, window } = amounts;
    const result = await rate(windowDatagrams, () =>
      exchangeDatagrams(socket, windowDatagrams, window),
    );
    socket.close();
    return result;
  },

  idle: (port) =>
    memoryEach(amounts.idleConnections, async (count) => {
      for (let index = 0; index < count; index++) await connect(port);
    }),
};
