/** Tells the caller that something has changed, and wakes it if it sleeps for that. */
import { Board, Waiting, waitingFor } from "../layout.js";
import type { SharedBoard } from "../layout.js";

export class Signal {
  readonly #words: Int32Array;

  constructor(board: SharedBoard) {
    this.#words = board.words;
  }

  /**
   * Signals a change of a socket. Wakes the caller, which costs a system call, only if it sleeps for that socket.
   *
   * No wake-up is lost: the caller announces what it sleeps for before it checks the state a last time, and the worker
   * changes the state before it reads that announcement.
   */
  changed(control: number): void {
    Atomics.add(this.#words, Board.Sequence, 1);
    const waiting = Atomics.load(this.#words, Board.Waiting);
    if (waiting >> 1 === control + 1 || waiting === Waiting.Anything) {
      Atomics.notify(this.#words, Board.Sequence);
    }
  }

  /** Signals free room in the send ring of a socket. Does not wake a caller that waits for another change of the socket. */
  roomMade(control: number): void {
    Atomics.add(this.#words, Board.Sequence, 1);
    const waiting = Atomics.load(this.#words, Board.Waiting);
    if (waiting === waitingFor(control, true) || waiting === Waiting.Anything) {
      Atomics.notify(this.#words, Board.Sequence);
    }
  }

  /** Wakes the caller, whatever it sleeps for. */
  changedAll(): void {
    Atomics.add(this.#words, Board.Sequence, 1);
    Atomics.notify(this.#words, Board.Sequence);
  }
}
