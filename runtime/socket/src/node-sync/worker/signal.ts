/** How the worker tells the caller that something has changed. */
import { Board, Waiting, waitingFor } from "../layout.js";
import type { SharedBoard } from "../layout.js";

export class Signal {
  readonly #words: Int32Array;

  constructor(board: SharedBoard) {
    this.#words = board.words;
  }

  /**
   * Something about a socket has changed. The system is asked to wake the caller only if it sleeps, and for that
   * socket: it says what it sleeps for before it looks a last time, and here it is the other way round.
   */
  changed(control: number): void {
    Atomics.add(this.#words, Board.Sequence, 1);
    const waiting = Atomics.load(this.#words, Board.Waiting);
    if (waiting >> 1 === control + 1 || waiting === Waiting.Anything) {
      Atomics.notify(this.#words, Board.Sequence);
    }
  }

  /** There is more room for what a socket sends; of no interest to a caller that waits for something else. */
  roomMade(control: number): void {
    Atomics.add(this.#words, Board.Sequence, 1);
    const waiting = Atomics.load(this.#words, Board.Waiting);
    if (waiting === waitingFor(control, true) || waiting === Waiting.Anything) {
      Atomics.notify(this.#words, Board.Sequence);
    }
  }

  /** The same, for whatever the caller sleeps for. */
  changedAll(): void {
    Atomics.add(this.#words, Board.Sequence, 1);
    Atomics.notify(this.#words, Board.Sequence);
  }
}
