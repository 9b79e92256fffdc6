/**
 * A listener with a full accept queue, in a thread that sleeps: the kernel neither accepts nor refuses further
 * connections. The worker of the Node peer starts and terminates the thread.
 */
import { connect, createServer } from "node:net";
import { parentPort, workerData } from "node:worker_threads";

const { host } = workerData as { host: string };
const server = createServer();
server.listen({ host, port: 0, backlog: 1 }, () => {
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new Error("no address");
  // Linux queues one connection more than the backlog. The others fill the queue on systems that queue more.
  for (let count = 0; count < 4; count++) {
    connect({ host, port: address.port }).on("error", () => undefined);
  }
  // `connect` to a numeric address makes its syscall in the next tick. The thread must sleep right after that, before
  // the event loop can accept a connection.
  process.nextTick(() => {
    process.nextTick(() => {
      parentPort?.postMessage({ host: address.address, port: address.port });
      sleepForEver();
    });
  });
});

function sleepForEver(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
