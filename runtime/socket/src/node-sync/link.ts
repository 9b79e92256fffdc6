/** The caller's end of the line to the worker: starts it, tells it things, sleeps until it did something, and ends it. */
import {
  MessageChannel,
  receiveMessageOnPort,
  Worker,
} from "node:worker_threads";
import type { MessagePort, ResourceLimits } from "node:worker_threads";
import { workerScript } from "./bootstrap.js";
import {
  Board,
  BOARD_SIZE,
  boardOf,
  Command,
  Life,
  pushCommand,
  Waiting,
} from "./layout.js";
import type {
  LookupAnswer,
  LookupRequest,
  Memory,
  SharedBoard,
  WorkerStart,
} from "./layout.js";
import { now } from "./now.js";
import { workerProgram } from "./program.js";
import { readText } from "./text.js";
import { SLICE, Watch } from "./watch.js";

/** How long the end of the process waits for bytes to leave the worker, in milliseconds. */
const FLUSH_TIME = 1_500;

/** How the worker is started; only tests set more than the limits. */
export interface LinkOptions {
  readonly limits: WorkerStart["limits"];
  /** The text of the worker, in place of its own. */
  readonly workerProgram?: string;
  readonly resourceLimits?: ResourceLimits;
}

/** Links whose workers may hold bytes when the process ends. */
const live = new Set<Link>();

function flushAll(): void {
  const deadline = now() + FLUSH_TIME;
  for (const link of live) link.flush(deadline);
}

export class Link {
  readonly board: SharedBoard;
  readonly #worker: Worker;
  /** To the worker. Not its own port, which in Deno is none that one could take messages from while one waits. */
  readonly #port: MessagePort;
  /** Whether nothing is left to deliver; asked while {@link flush} waits. */
  readonly #isFlushed: () => boolean;
  #disposed = false;

  constructor(options: LinkOptions, isFlushed: () => boolean) {
    this.#isFlushed = isFlushed;
    const memory = new SharedArrayBuffer(BOARD_SIZE);
    this.board = boardOf(memory);
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.unref();
    const start: WorkerStart & { port: MessagePort } = {
      board: memory,
      limits: options.limits,
      port: port2,
    };
    const script = workerScript(options.workerProgram ?? workerProgram);
    this.#worker = new Worker(script, {
      eval: true,
      name: "@wit2ts/socket/node-sync",
      workerData: start,
      transferList: [port2],
      // Flags of the program, such as loaders or `--test`, are no business of the worker's.
      execArgv: [],
      ...(options.resourceLimits === undefined
        ? {}
        : { resourceLimits: options.resourceLimits }),
    });
    // A blocking socket needs no event loop of the caller's, so it never keeps one running.
    this.#worker.unref();
    this.#worker.on("error", (error) => {
      this.#end(
        `the worker failed: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
    this.#worker.on("exit", () => {
      this.#end("the worker has ended");
    });
    if (live.size === 0) process.on("exit", flushAll);
    live.add(this);
  }

  /** A description of why the worker has ended; `undefined` while it lives. */
  #reason: string | undefined;

  #end(reason: string): void {
    if (this.#reason === undefined) {
      const { words, reason: text } = this.board;
      const own = readText(text, 0, Atomics.load(words, Board.ReasonLength));
      this.#reason = own === "" ? reason : own;
    }
    Atomics.store(this.board.words, Board.Life, Life.Ended);
    live.delete(this);
    if (live.size === 0) process.off("exit", flushAll);
  }

  /** Throws if the worker is no more. */
  check(): void {
    if (Atomics.load(this.board.words, Board.Life) !== Life.Ended) return;
    this.#end("the worker has ended");
    throw this.#closed();
  }

  /** Blocks until the worker has started, so that no call with a time limit has to wait for that. Throws if it does not. */
  awaitStart(): void {
    const { words } = this.board;
    const hasStarted = (): boolean =>
      Atomics.load(words, Board.Life) !== Life.Starting;
    if (!hasStarted()) this.sleep(hasStarted, Waiting.Anything, Infinity);
    this.check();
  }

  #closed(): Error {
    const reason = this.#reason ?? "the worker has ended";
    return Object.assign(
      new Error(`The synchronous socket backend is closed: ${reason}.`),
      { code: "ERR_WORKER_ENDED" },
    );
  }

  /** Posts memory or a request for a name. What is posted before a command is known to the worker when it reads it. */
  post(message: Memory | LookupRequest): void {
    this.check();
    this.#port.postMessage(message);
  }

  /** The next answer to a request for a name. */
  answer(): LookupAnswer | undefined {
    const received = receiveMessageOnPort(this.#port);
    // The port is ours, and the worker posts nothing else on it.
    return received === undefined
      ? undefined
      : (received.message as LookupAnswer);
  }

  /** Gives the worker a command, waking it if it sleeps. */
  command(code: number, control: number, first = 0, second = 0): void {
    this.check();
    const { words } = this.board;
    while (!pushCommand(this.board, code, control, first, second)) {
      const tail = Atomics.load(words, Board.CommandTail);
      this.ring();
      this.sleep(
        () => Atomics.load(words, Board.CommandTail) !== tail,
        Waiting.Anything,
        Infinity,
      );
    }
    this.ring();
  }

  /** Wakes the worker, unless it has been told already. */
  ring(): void {
    if (Atomics.exchange(this.board.words, Board.Bell, 1) === 0)
      this.#port.postMessage(0);
  }

  /**
   * Blocks until `isReady`, or until `deadline`, a time of `now()`, has passed. Throws if the worker
   * ends meanwhile, or does not answer any more: one that is out of memory, or hangs, cannot say so itself.
   *
   * @param target - `waitingFor` a socket, or `Waiting.Anything`.
   */
  sleep(isReady: () => boolean, target: number, deadline: number): void {
    const { words } = this.board;
    let watch: Watch | undefined;
    Atomics.store(words, Board.Waiting, target);
    try {
      for (;;) {
        const sequence = Atomics.load(words, Board.Sequence);
        this.check();
        if (isReady()) return;
        const left = deadline === Infinity ? SLICE : deadline - now();
        if (left <= 0) return;
        const outcome = Atomics.wait(
          words,
          Board.Sequence,
          sequence,
          Math.min(left, SLICE),
        );
        if (outcome !== "timed-out" || left < SLICE) continue;
        // The whole slice was slept away.
        watch ??= new Watch(words);
        const reason = watch.findEnd();
        if (reason !== undefined) this.#giveUp(reason);
        pushCommand(this.board, Command.Ping, 0, 0, 0);
        this.ring();
      }
    } finally {
      Atomics.store(words, Board.Waiting, Waiting.Nothing);
    }
  }

  #giveUp(reason: string): never {
    this.#end(reason);
    void this.#worker.terminate();
    throw this.#closed();
  }

  /** Waits, no longer than until `deadline`, until all bytes taken charge of are with the system. */
  flush(deadline: number): void {
    try {
      this.sleep(this.#isFlushed, Waiting.Anything, deadline);
    } catch {
      // The worker is gone, and the bytes with it: nothing that could be done at the end of the process.
    }
  }

  /** Delivers what is there, then ends the worker. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    if (Atomics.load(this.board.words, Board.Life) !== Life.Ended) {
      this.flush(now() + FLUSH_TIME);
      this.#end("it was disposed of");
    }
    this.#port.close();
    void this.#worker.terminate();
  }
}
