import { createNodeSocket } from "@wit2ts/socket/node";
import { unwrap } from "@wit2ts/runtime";

const socket = createNodeSocket();

/** Starts an echo server, and returns its port. */
export async function serve(): Promise<number> {
  const server = unwrap(await socket.createSocket("ipv4", "tcp"));
  unwrap(await socket.setReuseAddress(server, true));
  unwrap(await socket.bind(server, { host: "127.0.0.1", port: 0 }));
  unwrap(await socket.listen(server, 128));
  void acceptAll(server);
  return unwrap(await socket.getLocalAddress(server)).port;
}

async function acceptAll(server: number): Promise<void> {
  for (;;) {
    const accepted = await socket.accept(server);
    if (accepted.tag === "err") return; // Closed: `connection-aborted`.
    void echo(accepted.val);
  }
}

async function echo(client: number): Promise<void> {
  for (;;) {
    const received = await socket.receive(client, 65_536n);
    if (received.tag === "err" || received.val.length === 0) break;
    await socket.send(client, received.val);
  }
  await socket.close(client);
}

/** Closes the server and all its connections. */
export async function stop(): Promise<void> {
  await socket.dispose();
}
