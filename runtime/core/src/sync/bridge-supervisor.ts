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

/**
 * Starts the worker with the Node options that a worker accepts. It refuses those of the whole process and those of V8,
 * which apply to it anyway. The exception names at least one that was refused.
 */
function startWorker(options: readonly string[]): Worker {
  try {
    return new Worker(script, {
      eval: true,
      workerData: start,
      transferList: [start.port],
      execArgv: [...options],
      ...(resourceLimits && { resourceLimits }),
    });
  } catch (exception) {
    const { code, message } = exception as Error & { code?: unknown };
    if (code !== "ERR_WORKER_INVALID_EXEC_ARGV" || options.length === 0)
      throw exception;
    const accepted = withoutRefused(options, message);
    return startWorker(accepted.length < options.length ? accepted : []);
  }
}

/** Removes the options that a message lists, separated by commas, and the values that follow them as arguments. */
function withoutRefused(options: readonly string[], message: string): string[] {
  const listed = `, ${message.slice(message.indexOf(": ") + 2)}, `;
  const isRefused = (option = ""): boolean => listed.includes(`, ${option}, `);
  return options.filter(
    (option, index) =>
      !isRefused(option) &&
      (option.startsWith("-") || !isRefused(options[index - 1])),
  );
}

const worker = startWorker(execArgv);
worker.on("error", report);
worker.on("messageerror", report);
worker.on("exit", (code) => {
  report(
    new Error(`the worker of the synchronous bridge exited with code ${code}`),
  );
});
Atomics.store(control, supervisedWord, 1);
Atomics.notify(control, supervisedWord);
