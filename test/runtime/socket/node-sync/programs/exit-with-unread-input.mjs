// Waits in the kernel for the first byte of each response, sends more than the peer takes for now, and exits.
import { createNodeSyncSocket } from "@wit2ts/socket/node-sync";
import { unwrap } from "@wit2ts/runtime";

const socket = createNodeSyncSocket();
const handle = unwrap(socket.createSocket("ipv4", "tcp"));
const port = Number(process.argv[2]);
unwrap(socket.connect(handle, { host: "127.0.0.1", port }));
for (let count = 0; count < 20; count++) {
  unwrap(socket.send(handle, Uint8Array.of(count)));
  unwrap(socket.receive(handle, 1n));
}
unwrap(socket.send(handle, new Uint8Array(1_000_000)));
