// Sends more than the peer takes, and exits.
import { createNodeSyncSocket } from "@wit2ts/socket/node-sync";
import { unwrap } from "@wit2ts/runtime";

const socket = createNodeSyncSocket();
const handle = unwrap(socket.createSocket("ipv4", "tcp"));
const port = Number(process.argv[2]);
unwrap(socket.connect(handle, { host: "127.0.0.1", port }));
unwrap(socket.setWriteTimeout(handle, 50n));
while (socket.send(handle, new Uint8Array(1 << 20)).tag === "ok");
