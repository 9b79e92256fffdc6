/** The calling thread's link to the worker: starts it, sends commands, sleeps until it has made a change, and ends it. */
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

/** How long the exit of the process, or `dispose`, waits for the worker to deliver bytes, in milliseconds. */
const FLUSH_TIME = 1_500;
/** How long they wait for the worker to reset the connections that it could not deliver, in milliseconds. */
const ABANDON_TIME = 200;

/** Options for starting the worker. Only tests set more than the limits. */
export interface LinkOptions {
  readonly limits: WorkerStart["limits"];
  /** Source text that replaces that of the worker. */
  readonly workerProgram?: string;
  readonly resourceLimits?: ResourceLimits;
}

/** Links whose workers may hold undelivered bytes when the process exits. */
const live = new Set<Link>();

function flushAll(): void {
  const deadline = now() + FLUSH_TIME;
  for (const link of live) link.flush(deadline);
}

export class Link {
  readonly board: SharedBoard;
  readonly #worker: Worker;
  /** A message channel to the worker. In Deno, messages of the worker's built-in port cannot be received synchronously. */
  readonly #port: MessagePort;
  /** Whether nothing is left to deliver. Polled by {@link flush}. */
  readonly #isFlushed: () => boolean;
  /** Leaves reading to the worker on all connections. Returns whether the worker did not read on some of them. */
  readonly #giveBack: () => boolean;
  #disposed = false;

  constructor(
    options: LinkOptions,
    isFlushed: () => boolean,
    giveBack: () => boolean,
  ) {
    this.#isFlushed = isFlushed;
    this.#giveBack = giveBack;
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
      // The worker must not inherit flags of the program, such as loaders or `--test`.
      execArgv: [],
      ...(options.resourceLimits === undefined
        ? {}
        : { resourceLimits: options.resourceLimits }),
    });
    // Blocking sockets do not use the event loop of the calling thread, so they never keep it running.
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

  /** Why the worker has ended; `undefined` while it is alive. */
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

  /** Throws if the worker has ended. */
  check(): void {
    if (Atomics.load(this.board.words, Board.Life) !== Life.Ended) return;
    this.#end("the worker has ended");
    throw this.#closed();
  }

  /**
   * Blocks until the worker has started, so that a call with a time limit does not have to wait for that. Throws if the
   * worker does not start.
   */
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

  /** Posts memory or a lookup request. What is posted before a command is available to the worker when it reads that command. */
  post(message: Memory | LookupRequest): void {
    this.check();
    this.#port.postMessage(message);
  }

  /** Returns the next answer to a lookup request, if one has arrived. */
  answer(): LookupAnswer | undefined {
    const received = receiveMessageOnPort(this.#port);
    // The channel is private, and the worker posts nothing else on it.
    return received === undefined
      ? undefined
      : (received.message as LookupAnswer);
  }

  /** Sends a command to the worker, and wakes it if it is idle. Waits if the command queue is full. */
  command(code: number, control: number, first = 0, second = 0): void {
    this.check();
    const { words } = this.board;
    while (!pushCommand(this.board, code, control, first, second)) {
      const tail = Atomics.load(words, Board.CommandTail);
      this.wake();
      this.sleep(
        () => Atomics.load(words, Board.CommandTail) !== tail,
        Waiting.Anything,
        Infinity,
      );
    }
    this.wake();
  }

  /** Wakes the worker, unless an earlier wake-up message is still unread. */
  wake(): void {
    if (Atomics.exchange(this.board.words, Board.WakePending, 1) === 0)
      this.#port.postMessage(0);
  }

  /**
   * Blocks until `isReady` returns true, or until `deadline`, a time of `now()`, has passed. Throws if the worker ends
   * meanwhile, or no longer answers: a worker that is out of memory or hangs cannot report that itself.
   *
   * @param target - `waitingFor` a socket, or `Waiting.Anything`.
   */
  sleep(isReady: () => boolean, target: number, deadline: number): void {
    const { words } = this.board;
    let watch: Watch | undefined;
    // Announced before the state is checked: see `Signal.changed` for the order that prevents lost wake-ups.
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
        // A whole slice has passed without a change, so check whether the worker is alive.
        watch ??= new Watch(words);
        const reason = watch.findEnd();
        if (reason !== undefined) this.#giveUp(reason);
        pushCommand(this.board, Command.Ping, 0, 0, 0);
        this.wake();
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

  /**
   * Waits, at most until `deadline`, until the kernel has all bytes that `send` has taken. Connections whose bytes it does
   * not have by then are reset: the peer must not mistake truncated output for a normal end.
   */
  flush(deadline: number): void {
    try {
      // The kernel resets a connection that ends with unread input, and discards what the peer has not received.
      if (this.#giveBack()) this.roundTrip(Command.Poll, deadline);
      this.sleep(this.#isFlushed, Waiting.Anything, deadline);
      if (this.#isFlushed()) return;
      this.command(Command.Abandon, 0);
      this.sleep(this.#isFlushed, Waiting.Anything, now() + ABANDON_TIME);
    } catch {
      // The worker has ended, and the bytes are lost. Nothing can be done about that here.
    }
  }

  /**
   * Waits, at most until `deadline`, until the worker has answered: to a ping, so that its event loop gets to handle
   * pending network events, or to a poll, when it has handled the input that the kernel has now.
   */
  roundTrip(
    command: typeof Command.Ping | typeof Command.Poll,
    deadline: number,
  ): void {
    const { words } = this.board;
    const before = Atomics.load(words, Board.Heartbeat);
    this.command(command, 0);
    this.sleep(
      () => Atomics.load(words, Board.Heartbeat) !== before,
      Waiting.Anything,
      deadline,
    );
  }

  /** Delivers pending bytes, then terminates the worker. */
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
