/** Entry point of the worker thread. The build bundles this module and its imports into a string, in `program.js`. */
import { workerData } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import { Board, boardOf, CallerSyscall, Life } from "./layout.js";
import type { WorkerStart } from "./layout.js";
import { numberOfThisThread } from "./thread.js";
import { writeText } from "./text.js";
import { awaitCaller } from "./worker/descriptor.js";
import { Service } from "./worker/service.js";
import { Signal } from "./worker/signal.js";

/** Time for a caller to enter a system call that it is about to make, in milliseconds. */
const BEGIN_TIME = 5;

/** Starts the service, which runs until the worker is terminated from outside or fails. */
function run(): void {
  // Only `Link` starts this worker, and it passes this data.
  const start = workerData as WorkerStart & { port: MessagePort };
  const board = boardOf(start.board);
  const signal = new Signal(board);
  const end = (reason: string): void => {
    if (Atomics.load(board.words, Board.Life) === Life.Ended) return;
    Atomics.store(
      board.words,
      Board.ReasonLength,
      writeText(board.reason, 0, board.reason.length, reason),
    );
    Atomics.store(board.words, Board.Life, Life.Ended);
    // The caller may be asleep, and nothing else would wake it.
    signal.changedAll();
    // The descriptors are closed next, so the caller must be out of its system call.
    awaitCaller(board);
    // A caller that is about to make a blocking system call has entered it after this time. From then on the kernel keeps
    // the socket of that call, even if its descriptor is closed.
    Atomics.wait(
      board.words,
      Board.CallerSyscall,
      CallerSyscall.Blocking,
      BEGIN_TIME,
    );
  };
  process.on("uncaughtException", (error) => {
    end(
      `the worker failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    // eslint-disable-next-line no-restricted-properties -- ends this worker, not the process
    process.exit(1);
  });
  process.on("exit", () => {
    end("the worker has ended");
  });
  Atomics.store(board.words, Board.Thread, numberOfThisThread());
  new Service(start, start.port);
  Atomics.store(board.words, Board.Life, Life.Ready);
  signal.changedAll();
}

run();
