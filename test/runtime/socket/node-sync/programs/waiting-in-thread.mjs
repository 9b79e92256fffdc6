// Terminates a thread that waits for what never comes.
import { isMainThread, parentPort, Worker } from "node:worker_threads";

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url), {
    argv: process.argv.slice(2),
  });
  worker.once("message", () => {
    console.log("waiting");
    setTimeout(async () => {
      await worker.terminate();
      console.log("terminated");
    }, 300);
  });
} else {
  const { createNodeSyncSocket } = await import("@wit2ts/socket/node-sync");
  const socket = createNodeSyncSocket();
  const port = Number(process.argv[2]);
  const handle = socket.createSocket("ipv4", "tcp").val;
  socket.connect(handle, { host: "127.0.0.1", port });
  for (let round = 0; round < 32; round++) {
    socket.send(handle, Buffer.from("later 5 x\n"));
    socket.receive(handle, 9n);
  }
  parentPort.postMessage("");
  // Once the message is out.
  setTimeout(() => socket.receive(handle, 9n), 50);
}
