import { createNodeSyncSocket } from "@wit2ts/socket/node-sync";
import { unwrap } from "@wit2ts/runtime";

/** Sends a request by UDP, and blocks the thread for up to a second until the response arrives. */
export function ask(port: number, question: string): string {
  using socket = createNodeSyncSocket();
  const handle = unwrap(socket.createSocket("ipv4", "udp"));
  unwrap(socket.setReadTimeout(handle, 1000n));
  unwrap(
    socket.sendTo(handle, new TextEncoder().encode(question), {
      host: "127.0.0.1",
      port,
    }),
  );
  const answer = socket.receiveFrom(handle, 4096n);
  if (answer.tag === "err") return `No answer: ${answer.val}`;
  const [data, sender] = answer.val;
  return `${sender.host} says ${new TextDecoder().decode(data)}`;
}
