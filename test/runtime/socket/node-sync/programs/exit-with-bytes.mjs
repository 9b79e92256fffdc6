// Sends more than the system takes at once over many connections, and ends the process right after.
import { createNodeSyncSocket } from "@wit2ts/socket/node-sync";

const [port, connections, bytes] = process.argv.slice(2).map(Number);
const socket = createNodeSyncSocket();
const value = (result) => {
  if (result.tag === "err") throw new Error(result.val);
  return result.val;
};
for (let index = 0; index < connections; index += 1) {
  const handle = value(socket.createSocket("ipv4", "tcp"));
  value(socket.connect(handle, { host: "127.0.0.1", port }));
  value(socket.send(handle, new Uint8Array(bytes).fill(index)));
  if (index % 2 === 0) value(socket.close(handle));
}
process.exit();
