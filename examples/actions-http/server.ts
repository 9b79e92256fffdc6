/** An HTTP server in a worker thread: in the caller's thread, a blocking caller would keep it from answering. */
import { Worker } from "node:worker_threads";

const program = `
  const { createServer } = require("node:http");
  const { parentPort } = require("node:worker_threads");
  const server = createServer((request, response) => {
    response.end("You asked for " + request.url + ", grüezi.\\n");
  });
  server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
`;

/** Starts the server. Returns its port and a function that stops it. */
export async function startServer(): Promise<{
  readonly port: number;
  stop(): Promise<void>;
}> {
  const worker = new Worker(program, { eval: true });
  const port = await new Promise<number>((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  return {
    port,
    stop: async () => {
      await worker.terminate();
    },
  };
}
