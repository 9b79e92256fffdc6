/**
 * A worker that accepts connections on loopback, and writes its port to the shared `workerData`. The first connection gets its
 * own bytes back, and 60 kB of `X` 300 ms after its peer has finished. Each later connection gets 1,000 bytes of `b` at once.
 */
import { createServer } from "node:net";
import { workerData } from "node:worker_threads";

let count = 0;
const server = createServer({ allowHalfOpen: true }, (connection) => {
  connection.on("error", () => {});
  if (count++ > 0) {
    connection.write(Buffer.alloc(1_000, "b"));
    return;
  }
  // The delay makes the other end wait.
  connection.on("data", (data) =>
    setTimeout(() => connection.write(data), workerData.delay),
  );
  connection.on("end", () =>
    setTimeout(() => connection.write(Buffer.alloc(60_000, "X")), 300),
  );
});
server.listen(0, "127.0.0.1", () => {
  Atomics.store(workerData.port, 0, server.address().port);
  Atomics.notify(workerData.port, 0);
});
