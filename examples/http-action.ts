/** The HTTP action: fetches a URL with one GET request over plain sockets. Runs against a server of `node:http`. */
import { createServer } from "node:http";
import type {
  AddressFamily,
  AsyncSocket,
  Socket,
  SocketHandle,
} from "@wit2ts/core-libs/socket";
import { SocketError } from "@wit2ts/core-libs/socket";
import { err, ok, type Result } from "@wit2ts/runtime";
import { runExample } from "./support/run.js";

/** The parts of a URL that a request needs. */
export interface Target {
  readonly family: AddressFamily;
  readonly host: string;
  readonly port: number;
  /** The path and the query. */
  readonly path: string;
  /** The `Host` header. */
  readonly authority: string;
}

/** Parses a URL. The protocol must be `http`. The default port is 80. A numeric IPv6 host is in brackets. */
export function parseUrl(text: string): Result<Target, string> {
  if (!URL.canParse(text)) return err(`Invalid URL: ${text}`);
  const url = new URL(text);
  if (url.protocol !== "http:")
    return err(`Unsupported protocol: ${url.protocol.slice(0, -1)}`);
  const isIpv6 = url.hostname.startsWith("[");
  return ok({
    family: isIpv6 ? "ipv6" : "ipv4",
    host: isIpv6 ? url.hostname.slice(1, -1) : url.hostname,
    port: url.port === "" ? 80 : Number(url.port),
    path: `${url.pathname}${url.search}`,
    authority: url.host,
  });
}

/**
 * Fetches a URL and returns the whole response as text, including the status line and headers.
 *
 * @param socket - any backend; with a blocking one, this call blocks.
 * @returns the response, or an error message that contains the name of the socket error.
 */
export async function httpGet(
  socket: AsyncSocket | Socket,
  url: string,
): Promise<Result<string, string>> {
  const target = parseUrl(url);
  if (target.tag === "err") return target;
  const created = await socket.createSocket(target.val.family, "tcp");
  if (created.tag === "err")
    return err(`Failed to create socket: ${created.val}`);
  try {
    return await exchange(socket, created.val, target.val);
  } finally {
    await socket.close(created.val);
  }
}

async function exchange(
  socket: AsyncSocket | Socket,
  handle: SocketHandle,
  { host, port, path, authority }: Target,
): Promise<Result<string, string>> {
  const limited = await socket.setReadTimeout(handle, 30_000n);
  if (limited.tag === "err")
    return err(`Failed to set timeout: ${limited.val}`);

  const connected = await socket.connect(handle, { host, port });
  if (connected.tag === "err") return err(describe(connected.val, authority));

  const request = `GET ${path} HTTP/1.1\r\nHost: ${authority}\r\nConnection: close\r\n\r\n`;
  const sent = await socket.send(handle, new TextEncoder().encode(request));
  if (sent.tag === "err") return err(`Failed to send: ${sent.val}`);

  const pieces: Uint8Array[] = [];
  for (;;) {
    const received = await socket.receive(handle, 4_096n);
    if (received.tag === "err")
      return err(`Failed to receive: ${received.val}`);
    // An empty list means that the peer has closed its side of the connection.
    if (received.val.length === 0) break;
    pieces.push(received.val);
  }
  return decode(pieces);
}

function describe(error: SocketError, authority: string): string {
  switch (error) {
    case SocketError.ConnectionRefused:
      return `Connection refused: is the server at ${authority} running?`;
    case SocketError.Timeout:
      return `Connection timed out: ${authority} did not answer`;
    case SocketError.NetworkUnreachable:
      return `Network unreachable: there is no way to ${authority}`;
    case SocketError.AddressNotAvailable:
      return `Unknown host: ${authority}`;
    case SocketError.ConnectionReset:
    case SocketError.ConnectionAborted:
    case SocketError.AddressInUse:
    case SocketError.WouldBlock:
    case SocketError.InvalidInput:
    case SocketError.Other:
      return `Failed to connect: ${error}`;
  }
}

function decode(pieces: readonly Uint8Array[]): Result<string, string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    const text = pieces
      .map((piece) => decoder.decode(piece, { stream: true }))
      .join("");
    return ok(text + decoder.decode());
  } catch {
    // A fatal decoder throws only for invalid input.
    return err("Invalid UTF-8 in the response");
  }
}

await runExample(import.meta.url, async (socket, print) => {
  const server = createServer((request, response) => {
    response.end(`You asked for ${request.url ?? "nothing"}.\n`);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port =
    typeof address === "object" && address !== null ? address.port : 0;

  const found = await httpGet(
    socket,
    `http://localhost:${String(port)}/news?page=1`,
  );
  print(found.val);
  server.close();

  const refused = await httpGet(socket, `http://127.0.0.1:${String(port)}/`);
  print(refused.val);
  const unknown = await httpGet(socket, "http://nowhere.example/");
  print(unknown.val);
});
