import type {
  AsyncSocket,
  SocketAddress,
  SocketError,
} from "@wit2ts/core-libs/socket";
import { unwrap, type Result } from "@wit2ts/runtime";

/** The value of a success. */
export async function ok<T>(
  result: PromiseLike<Result<T, SocketError>>,
): Promise<T> {
  return unwrap(await result);
}

/** A listener on port 80, or another. */
export async function listen(
  socket: AsyncSocket,
  host: string,
  port = 80,
  backlog = 16,
): Promise<number> {
  const listener = await ok(
    socket.createSocket(host.includes(":") ? "ipv6" : "ipv4", "tcp"),
  );
  await ok(socket.bind(listener, { host, port }));
  await ok(socket.listen(listener, backlog));
  return listener;
}

/** A socket connected to an address. */
export async function connect(
  socket: AsyncSocket,
  address: SocketAddress,
): Promise<number> {
  const handle = await ok(
    socket.createSocket(address.host.includes(":") ? "ipv6" : "ipv4", "tcp"),
  );
  await ok(socket.connect(handle, address));
  return handle;
}

/** A UDP socket bound to port 53, or another. */
export async function bindUdp(
  socket: AsyncSocket,
  host: string,
  port = 53,
): Promise<number> {
  const handle = await ok(socket.createSocket("ipv4", "udp"));
  await ok(socket.bind(handle, { host, port }));
  return handle;
}
