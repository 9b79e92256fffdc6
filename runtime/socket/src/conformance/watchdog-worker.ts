/** Checks from a worker thread whether each test ends within the time limit, and kills the process if not. */
import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";

const { memory, milliseconds } = workerData as {
  memory: SharedArrayBuffer;
  milliseconds: number;
};
const begun = new Int32Array(memory, 0, 2);

for (;;) {
  const number = Atomics.load(begun, 0);
  const isRunning = number % 2 !== 0;
  const outcome = Atomics.wait(
    begun,
    0,
    number,
    isRunning ? milliseconds : Infinity,
  );
  if (outcome !== "timed-out" || Atomics.load(begun, 0) !== number) continue;
  const title = new TextDecoder()
    .decode(new Uint8Array(memory, 8).slice())
    .replace(/\0.*$/s, "");
  writeSync(2, `\nblocked for ${milliseconds} ms, and killed: ${title}\n`);
  process.kill(process.pid, "SIGKILL");
}
