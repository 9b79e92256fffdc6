import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type {
  AddressFamily,
  AsyncSocket,
  SocketAddress,
  SocketHandle,
} from "@wit2ts/core-libs/socket";
import { unwrap } from "@wit2ts/runtime";
import { nodeSupports } from "@wit2ts/socket/node";

export const loopback: Record<AddressFamily, string> = {
  ipv4: "127.0.0.1",
  ipv6: "::1",
};

/** The address families that this machine supports. */
export const families: readonly AddressFamily[] = nodeSupports.ipv6
  ? ["ipv4", "ipv6"]
  : ["ipv4"];

/**
 * Sends with a zero timeout until neither the kernel nor the backend accepts more; returns how many bytes were
 * accepted.
 */
export async function fill(
  socket: AsyncSocket,
  handle: SocketHandle,
): Promise<number> {
  unwrap(await socket.setWriteTimeout(handle, 0n));
  let sent = 0;
  for (let refused = 0; refused < 3;) {
    const result = await socket.send(handle, Buffer.alloc(1_000_000));
    if (result.tag === "ok") sent += Number(result.val);
    else refused++;
  }
  return sent;
}

/** A listener on a free port. */
export async function listen(
  socket: AsyncSocket,
  family: AddressFamily = "ipv4",
  backlog = 16,
): Promise<{ server: SocketHandle; address: SocketAddress }> {
  const server = unwrap(await socket.createSocket(family, "tcp"));
  unwrap(await socket.bind(server, { host: loopback[family], port: 0 }));
  unwrap(await socket.listen(server, backlog));
  return { server, address: unwrap(await socket.getLocalAddress(server)) };
}

/** Both ends of a new connection. */
export async function connect(
  socket: AsyncSocket,
  family: AddressFamily = "ipv4",
): Promise<{ near: SocketHandle; far: SocketHandle; server: SocketHandle }> {
  const { server, address } = await listen(socket, family);
  const near = unwrap(await socket.createSocket(family, "tcp"));
  unwrap(await socket.connect(near, address));
  return { near, far: unwrap(await socket.accept(server)), server };
}

/** Receives until the end of the stream. */
export async function receiveAll(
  socket: AsyncSocket,
  handle: SocketHandle,
): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for (;;) {
    const piece = unwrap(await socket.receive(handle, 1_048_576n));
    if (piece.length === 0) return Buffer.concat(pieces);
    pieces.push(piece);
  }
}

/** How many file descriptors the process has open; always 0 where there is no `/proc`. */
export function descriptors(): number {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return 0;
  }
}

/** Waits until the condition holds, for at most 5 seconds; the caller checks it afterwards. */
export async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !holds(); tries++) await sleep(10);
}
