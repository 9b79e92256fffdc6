/** UDP: a client sends a datagram to a server and receives an answer. There is no connect, listen or accept. */
import type {
  AsyncSocket,
  SocketAddress,
  SocketError,
} from "@wit2ts/core-libs/socket";
import { err, ok, type Result } from "@wit2ts/runtime";
import { runExample } from "./support/run.js";

/** A datagram and its sender. */
export interface Message {
  readonly text: string;
  readonly sender: SocketAddress;
}

/**
 * Waits for one datagram at an address, such as port 5000 of `0.0.0.0`, and sends it back in upper case.
 *
 * @param socket - any backend.
 * @param bound - called with the address once the socket is bound: from then on, datagrams are queued.
 * @returns the datagram that was received.
 */
export async function udpServer(
  socket: AsyncSocket,
  address: SocketAddress,
  bound?: (address: SocketAddress) => void,
): Promise<Result<Message, SocketError>> {
  const created = await socket.createSocket("ipv4", "udp");
  if (created.tag === "err") return created;
  const server = created.val;
  try {
    const taken = await socket.bind(server, address);
    if (taken.tag === "err") return taken;
    const local = await socket.getLocalAddress(server);
    if (local.tag === "err") return local;
    bound?.(local.val);
    const received = await socket.receiveFrom(server, 4_096n);
    if (received.tag === "err") return received;
    const [data, sender] = received.val;
    const text = new TextDecoder().decode(data);
    const answer = new TextEncoder().encode(text.toUpperCase());
    const sent = await socket.sendTo(server, answer, sender);
    return sent.tag === "err" ? err(sent.val) : ok({ text, sender });
  } finally {
    await socket.close(server);
  }
}

/**
 * Sends a text as one datagram and waits up to five seconds for the answer.
 *
 * @param socket - any backend.
 */
export async function udpClient(
  socket: AsyncSocket,
  address: SocketAddress,
  text: string,
): Promise<Result<Message, SocketError>> {
  const created = await socket.createSocket("ipv4", "udp");
  if (created.tag === "err") return created;
  const client = created.val;
  try {
    // Datagrams may be lost without an error, so the wait for the answer needs a timeout.
    await socket.setReadTimeout(client, 5_000n);
    // Sending binds the socket to a free port, where the answer arrives.
    const data = new TextEncoder().encode(text);
    const sent = await socket.sendTo(client, data, address);
    if (sent.tag === "err") return sent;
    const received = await socket.receiveFrom(client, 4_096n);
    if (received.tag === "err") return received;
    const [answer, sender] = received.val;
    return ok({ text: new TextDecoder().decode(answer), sender });
  } finally {
    await socket.close(client);
  }
}

await runExample(import.meta.url, async (socket, print) => {
  const local: SocketAddress = { host: "127.0.0.1", port: 0 };
  let client: Promise<void> | undefined;
  const served = await udpServer(socket, local, (address) => {
    client = udpClient(socket, address, "a message").then((answer) => {
      print(
        answer.tag === "ok"
          ? `the server answered: ${answer.val.text}`
          : `the client failed: ${answer.val}`,
      );
    });
  });
  print(
    served.tag === "ok"
      ? `the server got: ${served.val.text}`
      : `the server failed: ${served.val}`,
  );
  await client;
});
