/** What the worker runs: the build makes a text of this module and all that it imports, `program.js`. */
import { workerData } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import { Board, boardOf, InSystem, Life } from "./layout.js";
import type { WorkerStart } from "./layout.js";
import { numberOfThisThread } from "./thread.js";
import { writeText } from "./text.js";
import { awaitCaller } from "./worker/descriptor.js";
import { Service } from "./worker/service.js";
import { Signal } from "./worker/signal.js";

/** How long a caller takes at the most to begin a system call, in milliseconds. */
const BEGIN_TIME = 5;

/** Runs until the worker is ended from outside, or fails. */
function run(): void {
  // What the caller started this worker with; nobody else does.
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
    // The caller may sleep, and nothing else would ever wake it.
    signal.changedAll();
    // Descriptors are closed next.
    awaitCaller(board);
    // A caller that is about to wait in the system has begun to by then, and keeps what it waits for.
    Atomics.wait(board.words, Board.InSystem, InSystem.Waiting, BEGIN_TIME);
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
