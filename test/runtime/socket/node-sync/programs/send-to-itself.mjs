// Sends some bytes from one socket of a backend to another, and prints how many arrived.
import { causeOf } from "@wit2ts/runtime";
import { createNodeSyncSocket } from "@wit2ts/socket/node-sync";

const value = (result) => {
  if (result.tag === "err")
    throw new Error(result.val, { cause: causeOf(result) });
  return result.val;
};
const socket = createNodeSyncSocket();
const listener = value(socket.createSocket("ipv4", "tcp"));
value(socket.bind(listener, { host: "127.0.0.1", port: 0 }));
value(socket.listen(listener, 1));
const client = value(socket.createSocket("ipv4", "tcp"));
value(socket.connect(client, value(socket.getLocalAddress(listener))));
const peer = value(socket.accept(listener));
value(socket.send(client, new Uint8Array(100_000)));
value(socket.close(client));
let count = 0;
for (;;) {
  const { length } = value(socket.receive(peer, 65_536n));
  if (length === 0) break;
  count += length;
}
console.log(`${count} bytes`);
