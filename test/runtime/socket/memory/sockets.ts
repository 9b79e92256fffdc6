import type {
  AsyncSocket,
  SocketAddress,
  SocketError,
} from "@wit2ts/core-libs/socket";
import { unwrap, type Result } from "@wit2ts/runtime";

/** Awaits a result and returns its value, or throws its error. */
export async function ok<T>(
  result: PromiseLike<Result<T, SocketError>>,
): Promise<T> {
  return unwrap(await result);
}

/** Creates a listener, on port 80 by default. */
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

/** Creates a socket connected to an address. */
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

/** Creates a bound UDP socket, on port 53 by default. */
export async function bindUdp(
  socket: AsyncSocket,
  host: string,
  port = 53,
): Promise<number> {
  const handle = await ok(socket.createSocket("ipv4", "udp"));
  await ok(socket.bind(handle, { host, port }));
  return handle;
}
