/**
 * The thread between the caller and the worker. Its only task is to detect the death of the worker: the caller is
 * blocked and receives no events, and a worker that runs out of memory cannot report it.
 */
import { Worker, workerData } from "node:worker_threads";
import {
  fatal,
  portable,
  stateWord,
  supervisedWord,
  type SupervisorStart,
  type Thrown,
} from "./protocol.js";

const { supervisorPort, script, resourceLimits, execArgv, ...start } =
  workerData as SupervisorStart;
const control = new Int32Array(start.control);
let reported = false;

function report(exception: unknown): void {
  if (reported) return;
  reported = true;
  const message: Thrown = { kind: "thrown", exception: portable(exception) };
  supervisorPort.postMessage(message);
  Atomics.store(control, stateWord, fatal);
  Atomics.notify(control, stateWord);
}

const worker = new Worker(script, {
  eval: true,
  workerData: start,
  transferList: [start.port],
  execArgv: [...execArgv],
  ...(resourceLimits && { resourceLimits }),
});
worker.on("error", report);
worker.on("messageerror", report);
worker.on("exit", (code) => {
  report(
    new Error(`the worker of the synchronous bridge exited with code ${code}`),
  );
});
Atomics.store(control, supervisedWord, 1);
Atomics.notify(control, supervisedWord);
