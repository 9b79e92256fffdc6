import { setTimeout as sleep } from "node:timers/promises";

/** What the near end of the socket benchmarks does, once over our backend and once over Node's own modules. */

/** How much of it. */
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

/** What can be measured, by name on the command line. */
export interface Work {
  /** Messages of 64 bytes there and back, one at a time. Returns how many a second. */
  pingPong(port: number): Promise<number>;
  /** Sends from one buffer that changes before each call. Returns megabytes a second. */
  send(port: number): Promise<number>;
  /** Receives. Returns megabytes a second. */
  receive(port: number): Promise<number>;
  /** Connects and closes. Returns how many a second. */
  connections(port: number): Promise<number>;
  /** Datagrams of 64 bytes there and back, one at a time. Returns how many a second. */
  udpPingPong(port: number): Promise<number>;
  /** The same with 32 of them on their way. Returns how many a second. */
  udpWindow(port: number): Promise<number>;
  /** Connections that do nothing. Returns bytes of memory for each. */
  idle(port: number): Promise<number>;
}

/** The beginning of a connection: what the far end is to do. */
export function head(mode: "E" | "S" | "G" | "C", length: number): Buffer {
  const bytes = Buffer.alloc(9);
  bytes.write(mode);
  bytes.writeBigUInt64LE(BigInt(length), 1);
  return bytes;
}

/** What the buffer holds before its `count`-th sending. */
export function fill(buffer: Buffer, count: number): void {
  // Not one value all over: bytes that arrive in the wrong order have to show.
  buffer.fill(count & 0xff);
  buffer.writeUInt32LE(count, 0);
  buffer.writeUInt32LE(~count >>> 0, buffer.length - 4);
}

/** Where connections go: a loopback address of its own for each run, so that no run finds the ports of another used up. */
export function ownHost(): string {
  const { pid } = process;
  return `127.${String(1 + (pid & 0x7f))}.${String((pid >> 7) & 0xff)}.${String(1 + ((pid >> 15) & 0x7f))}`;
}

/** Runs something that does `count` pieces of work, and returns how many of them a second. */
export async function rate(
  count: number,
  run: () => Promise<void>,
): Promise<number> {
  const start = performance.now();
  await run();
  return (count * 1_000) / (performance.now() - start);
}

/** Memory for each connection that `open` leaves behind. */
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
  // The first of them make the heap grow to the size that the work needs, however many follow.
  await open(count / 5);
  const before = await settle();
  await open(count);
  return ((await settle()) - before) / count;
}
