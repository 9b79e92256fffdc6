// Waits on the main thread for an answer that comes after a while; counts signals.
import { createNodeSyncSocket } from "@wit2ts/socket/node-sync";

const [, , port, delay] = process.argv;
let signals = 0;
process.on("SIGUSR2", () => signals++);
const socket = createNodeSyncSocket();
const value = (result) => {
  if (result.tag === "err") throw result;
  return result.val;
};
const handle = value(socket.createSocket("ipv4", "tcp"));
value(socket.connect(handle, { host: "127.0.0.1", port: Number(port) }));
// More often than it takes until calls wait in the system.
for (let round = 0; round < 32; round++) {
  value(socket.send(handle, Buffer.from("later 5 x\n")));
  value(socket.receive(handle, 9n));
}
value(socket.send(handle, Buffer.from(`later ${delay} done\n`)));
console.log("waiting");
console.log(`got: ${Buffer.from(value(socket.receive(handle, 9n)))}`);
socket.dispose();
setTimeout(() => {
  console.log(signals > 0 ? "signals handled" : "no signals");
  process.exit();
}, 50);
