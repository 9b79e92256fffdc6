/**
 * A TCP client: connects to a host by name, sends an HTTP request as plain bytes, and prints the first bytes of the
 * answer. Runs against the server of `tcp-server.ts`.
 */
import {
  SocketError,
  type AsyncSocket,
  type SocketAddress,
  type SocketHandle,
} from "@wit2ts/core-libs/socket";
import type { Result } from "@wit2ts/runtime";
import { runExample } from "./support/run.js";
import { tcpServer } from "./tcp-server.js";

const tenSeconds = 10_000n;

/**
 * Requests `/` from a server and returns the beginning of the answer.
 *
 * @param socket - any backend.
 * @returns at most 8,192 bytes of the answer, as text.
 */
export async function tcpClient(
  socket: AsyncSocket,
  address: SocketAddress,
): Promise<Result<string, SocketError>> {
  const created = await socket.createSocket("ipv4", "tcp");
  if (created.tag === "err") return created;
  try {
    return await ask(socket, created.val, address);
  } finally {
    // A socket is released only by closing it, whether or not it was connected.
    await socket.close(created.val);
  }
}

async function ask(
  socket: AsyncSocket,
  handle: SocketHandle,
  address: SocketAddress,
): Promise<Result<string, SocketError>> {
  // Without timeouts, a call may wait forever.
  await socket.setReadTimeout(handle, tenSeconds);
  await socket.setWriteTimeout(handle, tenSeconds);

  const connected = await socket.connect(handle, address);
  if (connected.tag === "err") return connected;

  const request = `GET / HTTP/1.1\r\nHost: ${address.host}\r\nConnection: close\r\n\r\n`;
  const sent = await socket.send(handle, new TextEncoder().encode(request));
  if (sent.tag === "err") return sent;

  const received = await socket.receive(handle, 8_192n);
  if (received.tag === "err") return received;
  return { tag: "ok", val: new TextDecoder().decode(received.val) };
}

/** Returns a description of an error for the user. */
export function explain(error: SocketError): string {
  switch (error) {
    case SocketError.ConnectionRefused:
      return "connection refused: the server may not be running";
    case SocketError.Timeout:
      return "the server took too long";
    case SocketError.NetworkUnreachable:
      return "there is no way to the server";
    default:
      return `failed: ${error}`;
  }
}

await runExample(import.meta.url, async (socket, print) => {
  const server = tcpServer(
    socket,
    { host: "127.0.0.1", port: 0 },
    {
      connections: 1,
      listening: async ({ port }) => {
        const answer = await tcpClient(socket, { host: "localhost", port });
        print(answer.tag === "ok" ? answer.val : explain(answer.val));
      },
    },
  );
  await server;
});
