/** Shared by the host's tests: a backend on a scripted driver. */
import type { AsyncSocket, SocketAddress } from "@wit2ts/core-libs/socket";
import { unwrap } from "@wit2ts/runtime";
import {
  createAsyncSocket,
  type AsyncSocketBackend,
  type SocketOptions,
} from "@wit2ts/socket";
import { ScriptedDriver, type Script } from "./scripted-driver.js";

/** A destination. */
export const address: SocketAddress = { host: "127.0.0.1", port: 80 };

export const bytes = (...values: number[]): Uint8Array =>
  Uint8Array.from(values);

/** The expected value of a failure. */
export const fails = (error: string): object => ({ tag: "err", val: error });

/** Creates a backend and its driver. */
export function setUp(
  script: Script = {},
  options: SocketOptions = {},
): { driver: ScriptedDriver; socket: AsyncSocketBackend } {
  const driver = new ScriptedDriver(script);
  return { driver, socket: createAsyncSocket(driver, options) };
}

/** A connected TCP socket. */
export async function connected(socket: AsyncSocket): Promise<number> {
  const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
  unwrap(await socket.connect(handle, address));
  return handle;
}

/** A bound UDP socket. */
export async function boundUdp(socket: AsyncSocket): Promise<number> {
  const handle = unwrap(await socket.createSocket("ipv4", "udp"));
  unwrap(await socket.bind(handle, { host: "127.0.0.1", port: 0 }));
  return handle;
}

/** Records the order in which promises resolve. */
export function orderOf(promises: Record<string, Promise<unknown>>): string[] {
  const order: string[] = [];
  for (const [name, promise] of Object.entries(promises))
    void promise.then(() => order.push(name));
  return order;
}
