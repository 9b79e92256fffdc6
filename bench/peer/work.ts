import { setTimeout as sleep } from "node:timers/promises";

/** The work that a client of the socket benchmarks does, either with the Node backend or with Node's own modules. */

/** The amount of work. */
export const amounts = {
  pingPong: 150_000,
  messageLength: 64,
  sendBytes: 1_073_741_824,
  receiveBytes: 1_073_741_824,
  chunkLength: 65_536,
  connections: 8_000,
  datagrams: 150_000,
  window: 32,
  windowDatagrams: 200_000,
  idleConnections: 10_000,
} as const;

/** What can be measured, by the name on the command line. */
export interface Work {
  /** Exchanges messages of 64 bytes, one at a time. Returns exchanges per second. */
  pingPong(port: number): Promise<number>;
  /** Sends from one buffer that changes before each call. Returns megabytes per second. */
  send(port: number): Promise<number>;
  /** Receives. Returns megabytes per second. */
  receive(port: number): Promise<number>;
  /** Connects and closes. Returns connections per second. */
  connections(port: number): Promise<number>;
  /** Exchanges datagrams of 64 bytes, one at a time. Returns exchanges per second. */
  udpPingPong(port: number): Promise<number>;
  /** Exchanges datagrams of 64 bytes with 32 in flight. Returns exchanges per second. */
  udpWindow(port: number): Promise<number>;
  /** Opens idle connections. Returns bytes of memory per connection. */
  idle(port: number): Promise<number>;
}

/** The first bytes of a connection, which tell the peer what to do. */
export function head(mode: "E" | "S" | "G" | "C", length: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes.write(mode);
  bytes.writeBigUInt64LE(BigInt(length), 1);
  return bytes;
}

/** Fills the buffer with the data of the chunk with index `count`. */
export function fill(buffer: Buffer, count: number): void {
  // The values at both ends differ from the rest, so that bytes in the wrong order are detected.
  buffer.fill(count & 0xff);
  buffer.writeUInt32LE(count, 0);
  buffer.writeUInt32LE(~count >>> 0, buffer.length - 4);
}

/** A loopback address derived from the process id, so that ports left in TIME_WAIT by earlier runs do not matter. */
export function ownHost(): string {
  const { pid } = process;
  return `127.${String(1 + (pid & 0x7f))}.${String((pid >> 7) & 0xff)}.${String(1 + ((pid >> 15) & 0x7f))}`;
}

/** Runs something that does `count` pieces of work, and returns how many per second. */
export async function rate(
  count: number,
  run: () => Promise<void>,
): Promise<number> {
  const start = performance.now();
  await run();
  return (count * 1_000) / (performance.now() - start);
}

/** The memory per connection that `open` leaves open. */
export async function memoryEach(
  count: number,
  open: (count: number) => Promise<void>,
): Promise<number> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error("run it with --expose-gc");
  const settle = async (): Promise<number> => {
    for (let times = 0; times < 3; times++) {
      gc();
      await sleep(20);
    }
    return process.memoryUsage().rss;
  };
  // The first connections make the heap grow to the size that the work itself needs, regardless of how many follow.
  await open(count / 5);
  const before = await settle();
  await open(count);
  return ((await settle()) - before) / count;
}
