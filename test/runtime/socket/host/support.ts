/** What the tests of the host have in common: a backend over a driver that does as it is told. */
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

/** What a failure is equal to. */
export const fails = (error: string): object => ({ tag: "err", val: error });

/** A backend, and the driver under it. */
export function setUp(
  script: Script = {},
  options: SocketOptions = {},
): { driver: ScriptedDriver; socket: AsyncSocketBackend } {
  const driver = new ScriptedDriver(script);
  return { driver, socket: createAsyncSocket(driver, options) };
}

/** A TCP socket with a connection. */
export async function connected(socket: AsyncSocket): Promise<number> {
  const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
  unwrap(await socket.connect(handle, address));
  return handle;
}

/** A UDP socket with a local address. */
export async function boundUdp(socket: AsyncSocket): Promise<number> {
  const handle = unwrap(await socket.createSocket("ipv4", "udp"));
  unwrap(await socket.bind(handle, { host: "127.0.0.1", port: 0 }));
  return handle;
}

/** Notes the order in which promises settle. */
export function orderOf(promises: Record<string, Promise<unknown>>): string[] {
  const order: string[] = [];
  for (const [name, promise] of Object.entries(promises))
    void promise.then(() => order.push(name));
  return order;
}
