/**
 * Watches whether the worker is alive while the caller sleeps and receives no events. A worker that does not answer may
 * only be slow, and giving up a backend loses all its sockets. So a worker that gets no CPU time is given more time.
 */
import { Board, Life } from "./layout.js";
import * as system from "./thread.js";

/** Sleeps are divided into slices of this length, in milliseconds. After each slice the worker is pinged. */
export const SLICE = 200;
/** After this many slices without an answer, a worker that could run counts as dead: well within two seconds. */
const SLICES_WITHOUT_ANSWER = 7;
/** After this many slices without an answer, a worker counts as dead even if it got no CPU time in any of them. */
const SLICES_WITHOUT_PROCESSOR = 50;
/** How many slices the worker may take to start. */
const SLICES_TO_START = 50;

/** What the operating system reports about threads. */
export type Threads = Pick<typeof system, "hasEnded" | "timeWithoutProcessor">;

/** Watches the worker during one sleep of the caller. */
export class Watch {
  readonly #words: Int32Array;
  readonly #threads: Threads;
  #heartbeat: number;
  /** Slices since the last answer. */
  #slices = 0;
  /** The number of those in which the worker could run. */
  #slicesAbleToRun = 0;
  #timeWithoutProcessor = 0;

  /** @param words - the words of the board. */
  constructor(words: Int32Array, threads: Threads = system) {
    this.#words = words;
    this.#threads = threads;
    this.#heartbeat = Atomics.load(words, Board.Heartbeat);
  }

  /** Called after each slice without a change. Returns the reason if the worker must be given up. */
  findEnd(): string | undefined {
    const thread = Atomics.load(this.#words, Board.Thread);
    if (this.#threads.hasEnded(thread))
      return "the worker is out of memory, or was stopped";
    const heartbeat = Atomics.load(this.#words, Board.Heartbeat);
    if (heartbeat !== this.#heartbeat) {
      this.#heartbeat = heartbeat;
      this.#slices = 0;
      this.#slicesAbleToRun = 0;
    }
    this.#slices += 1;
    if (Atomics.load(this.#words, Board.Life) !== Life.Ready)
      return this.#slices < SLICES_TO_START
        ? undefined
        : "the worker did not start";
    const waited = this.#threads.timeWithoutProcessor(thread);
    if (waited - this.#timeWithoutProcessor < SLICE / 2)
      this.#slicesAbleToRun += 1;
    this.#timeWithoutProcessor = waited;
    return this.#slicesAbleToRun < SLICES_WITHOUT_ANSWER &&
      this.#slices < SLICES_WITHOUT_PROCESSOR
      ? undefined
      : "the worker does not answer; it is out of memory, or hangs";
  }
}
