/** A TCP server: accepts connections one after another and answers each with a small HTTP response. */
import type {
  AsyncSocket,
  SocketAddress,
  SocketError,
  SocketHandle,
} from "@wit2ts/core-libs/socket";
import { err, ok, type Result } from "@wit2ts/runtime";
import { runExample } from "./support/run.js";

const body = "Hello from a socket of WIT!\n";
const response = new TextEncoder().encode(
  `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${String(body.length)}\r\nConnection: close\r\n\r\n${body}`,
);

/** Options of {@link tcpServer}. */
export interface ServerOptions {
  /** The number of connections to serve before the server ends. */
  readonly connections: number;
  /**
   * Called once, when clients can connect. Connections are served in the meantime. The server ends only after this has
   * completed.
   */
  readonly listening?: (address: SocketAddress) => Promise<void> | void;
  /** Called for every request. */
  readonly request?: (text: string, peer: SocketAddress) => void;
}

/**
 * Runs a server at an address, such as port 8080 of `0.0.0.0`. Port 0 selects a free port.
 *
 * @param socket - any backend.
 */
export async function tcpServer(
  socket: AsyncSocket,
  address: SocketAddress,
  options: ServerOptions,
): Promise<Result<void, SocketError>> {
  const created = await socket.createSocket("ipv4", "tcp");
  if (created.tag === "err") return created;
  const server = created.val;
  try {
    // Without this, a server that is restarted may not be able to bind its port: its last connections may still be in
    // TIME_WAIT.
    await socket.setReuseAddress(server, true);
    const bound = await socket.bind(server, address);
    if (bound.tag === "err") return bound;
    const listening = await socket.listen(server, 128);
    if (listening.tag === "err") return listening;
    const local = await socket.getLocalAddress(server);
    if (local.tag === "err") return local;

    const [served] = await Promise.all([
      serve(socket, server, options),
      options.listening?.(local.val),
    ]);
    return served;
  } finally {
    await socket.close(server);
  }
}

async function serve(
  socket: AsyncSocket,
  server: SocketHandle,
  options: ServerOptions,
): Promise<Result<void, SocketError>> {
  for (let served = 0; served < options.connections; served++) {
    const accepted = await socket.accept(server);
    if (accepted.tag === "err") return accepted;
    const client = accepted.val;
    try {
      const answered = await answer(socket, client, options);
      // Ignore the failure of one client and serve the next.
      if (answered.tag === "err") continue;
    } finally {
      await socket.close(client);
    }
  }
  return ok();
}

async function answer(
  socket: AsyncSocket,
  client: SocketHandle,
  options: ServerOptions,
): Promise<Result<void, SocketError>> {
  const peer = await socket.getPeerAddress(client);
  if (peer.tag === "err") return peer;
  const request = await socket.receive(client, 4_096n);
  if (request.tag === "err") return err(request.val);
  options.request?.(new TextDecoder().decode(request.val), peer.val);
  const sent = await socket.send(client, response);
  return sent.tag === "err" ? err(sent.val) : ok();
}

await runExample(import.meta.url, async (socket, print) => {
  const ended = await tcpServer(
    socket,
    { host: "127.0.0.1", port: 0 },
    {
      connections: 1,
      listening: async ({ host, port }) => {
        print(`listening on ${host} port ${String(port)}`);
        const answer = await fetch(`http://${host}:${String(port)}/greeting`);
        print(`a client got ${String(answer.status)}: ${await answer.text()}`);
      },
      request: (text, peer) => {
        print(
          `a client at ${peer.host} asked: ${text.slice(0, text.indexOf("\r\n"))}`,
        );
      },
    },
  );
  print(ended.tag === "ok" ? "the server has ended" : `failed: ${ended.val}`);
});
