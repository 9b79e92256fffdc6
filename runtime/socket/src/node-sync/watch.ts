/**
 * Watches whether the worker lives while its caller sleeps and gets no events. A worker without an answer may only be slow, and a
 * backend that is given up takes all its sockets with it: so one that others keep from running gets more time.
 */
import { Board, Life } from "./layout.js";
import * as system from "./thread.js";

/** A sleep is cut into slices this long, in milliseconds; after each the worker is asked whether it lives. */
export const SLICE = 200;
/** So many slices without an answer, and a worker that could run is taken for dead: well within two seconds. */
const SLICES_WITHOUT_ANSWER = 7;
/** So many, and so is one that others kept from running all the time. */
const SLICES_WITHOUT_PROCESSOR = 50;
/** How many slices the worker may take to start. */
const SLICES_TO_START = 50;

/** What the system tells of threads. */
export type Threads = Pick<typeof system, "hasEnded" | "timeWithoutProcessor">;

/** One sleep's watch. */
export class Watch {
  readonly #words: Int32Array;
  readonly #threads: Threads;
  #heartbeat: number;
  /** Slices since the last answer. */
  #slices = 0;
  /** Those of them in which the worker could run. */
  #slicesAbleToRun = 0;
  #timeWithoutProcessor = 0;

  /** @param words - those of the board. */
  constructor(words: Int32Array, threads: Threads = system) {
    this.#words = words;
    this.#threads = threads;
    this.#heartbeat = Atomics.load(words, Board.Heartbeat);
  }

  /** To be called after each slice that passed without news. Says why the worker is to be given up, if it is. */
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
