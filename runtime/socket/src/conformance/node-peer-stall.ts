/**
 * A listener with a full queue, in a thread that sleeps: the system neither takes nor refuses what comes next. Started by
 * the worker of the Node peer, which ends it.
 */
import { connect, createServer } from "node:net";
import { parentPort, workerData } from "node:worker_threads";

const { host } = workerData as { host: string };
const server = createServer();
server.listen({ host, port: 0, backlog: 1 }, () => {
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new Error("no address");
  // Linux takes one more than the backlog; the others make sure of it elsewhere.
  for (let count = 0; count < 4; count++) {
    connect({ host, port: address.port }).on("error", () => undefined);
  }
  // `connect` to a number asks the system in the next tick; the sleep begins right after it, before the loop could
  // turn to the listener and accept.
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
