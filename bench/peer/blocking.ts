/** The work of the socket benchmarks for blocking clients. */
import { Digest } from "./digest.js";
import { amounts, fill, head, ownHost } from "./work.js";

/** A connection, or a UDP socket connected to its peer. */
export interface BlockingConnection {
  /** Sends all of the data. */
  send(data: Uint8Array): void;
  /** Waits for at least one byte, or for one datagram; empty at the end of the stream. */
  receive(length: number): Uint8Array;
  close(): void;
}

/** A blocking client under test. */
export interface BlockingClient {
  connect(host: string, port: number): BlockingConnection;
  datagrams(host: string, port: number): BlockingConnection;
}

/** What can be measured, by the name on the command line. Each function returns a rate. */
export interface BlockingWork {
  pingPong(port: number): number;
  send(port: number): number;
  receive(port: number): number;
  connections(port: number): number;
  udpPingPong(port: number): number;
  udpWindow(port: number): number;
}

const loopback = "127.0.0.1";

/**
 * The work, done with a client.
 *
 * @param share - the fraction of each amount to do: slow clients do less, to be measured for about as long.
 */
export function blockingWork(
  client: BlockingClient,
  share: number,
): BlockingWork {
  const some = (amount: number): number => Math.ceil(amount * share);
  return {
    pingPong(port) {
      const connection = client.connect(loopback, port);
      connection.send(head("E", 0));
      const message = Buffer.alloc(amounts.messageLength, 7);
      const exchange = (count: number): void => {
        for (let index = 0; index < count; index++) {
          message[0] = index;
          connection.send(message);
          for (let left = message.length; left > 0;)
            left -= connection.receive(left).length;
        }
      };
      exchange(some(2_000));
      return rate(some(amounts.pingPong), exchange);
    },

    send(port) {
      const chunks = some(amounts.sendBytes / amounts.chunkLength);
      const connection = client.connect(loopback, port);
      connection.send(head("S", chunks * amounts.chunkLength));
      const buffer = Buffer.alloc(amounts.chunkLength);
      const answer = Buffer.alloc(16);
      const result = rate((chunks * amounts.chunkLength) / 1e6, () => {
        for (let count = 0; count < chunks; count++) {
          fill(buffer, count);
          connection.send(buffer);
        }
        for (let got = 0; got < answer.length;) {
          const piece = connection.receive(16);
          answer.set(piece, got);
          got += piece.length;
        }
      });
      const digest = new Digest();
      for (let count = 0; count < chunks; count++) {
        fill(buffer, count);
        digest.update(buffer);
      }
      if (!answer.equals(digest.bytes()))
        throw new Error("what arrived is not what was sent");
      return result;
    },

    receive(port) {
      const length =
        some(amounts.receiveBytes / amounts.chunkLength) * amounts.chunkLength;
      const connection = client.connect(loopback, port);
      connection.send(head("G", length));
      let got = 0;
      const result = rate(length / 1e6, () => {
        for (;;) {
          const data = connection.receive(1_048_576);
          if (data.length === 0) break;
          const last = got + data.length - 1;
          if (
            data[0] !== ((got / amounts.chunkLength) & 0xff) ||
            data[data.length - 1] !== ((last / amounts.chunkLength) & 0xff)
          )
            throw new Error(`what arrived at ${String(got)} is wrong`);
          got += data.length;
        }
      });
      if (got !== length) throw new Error(`${String(got)} bytes came`);
      return result;
    },

    connections(port) {
      const host = ownHost();
      const run = (count: number): void => {
        for (let index = 0; index < count; index++)
          client.connect(host, port).close();
      };
      run(some(300));
      return rate(some(amounts.connections), run);
    },

    udpPingPong(port) {
      const socket = client.datagrams(loopback, port);
      const message = Buffer.alloc(amounts.messageLength, 7);
      const exchange = (count: number): void => {
        for (let index = 0; index < count; index++) {
          message[0] = index;
          socket.send(message);
          socket.receive(2_048);
        }
      };
      exchange(some(2_000));
      return rate(some(amounts.datagrams), exchange);
    },

    udpWindow(port) {
      const socket = client.datagrams(loopback, port);
      const message = Buffer.alloc(amounts.messageLength, 7);
      const exchange = (count: number): void => {
        for (let index = 0; index < amounts.window; index++)
          socket.send(message);
        for (let index = 0; index < count; index++) {
          socket.receive(2_048);
          if (index < count - amounts.window) {
            message[0] = index;
            socket.send(message);
          }
        }
      };
      exchange(some(2_000));
      return rate(some(amounts.windowDatagrams), exchange);
    },
  };
}

function rate(count: number, run: (count: number) => void): number {
  const start = performance.now();
  run(count);
  return (count * 1_000) / (performance.now() - start);
}
