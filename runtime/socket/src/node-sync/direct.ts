/**
 * Reading from and writing to a socket of the worker's on the caller's thread, which saves waking the worker.
 *
 * A file descriptor belongs to the process, and reading from or writing to a socket that does not block is one system
 * call wherever it comes from. What must never happen is that the worker closes the descriptor meanwhile, and another
 * file gets its number. So each side says first what it is about to do, and looks then what the other does: the caller that it
 * is in the system, the worker that the descriptor is gone. A worker that ends without being able to say so is found out
 * by the inode.
 */
import { fstatSync, readSync, writeSync } from "node:fs";
import {
  Blocking,
  Board,
  Control,
  InSystem,
  Life,
  type ControlBlock,
  type SharedBoard,
} from "./layout.js";
import { now } from "./now.js";

/** The most bytes read in one go; four times as many brought nothing. */
const LARGEST_READ = 64 * 1024;
/**
 * How long an inode that was looked at is relied on, in milliseconds: asking for it each time costs as much as a tenth of
 * a short exchange. Within this time the worker would have to run out of memory, its thread to be torn down, and this thread
 * to open a file and send.
 */
const INODE_TIME = 0.1;

export class Direct {
  readonly #board: SharedBoard;
  readonly #borrow: boolean;
  /** Where the next read goes. */
  #buffer: Uint8Array | undefined = undefined;
  /** The socket whose inode was looked at last, and when. */
  #checked: ControlBlock | undefined = undefined;
  #checkedAt = 0;

  /** @param borrow - whether what is read may be overwritten by the next read. */
  constructor(board: SharedBoard, borrow: boolean) {
    this.#board = board;
    this.#borrow = borrow;
  }

  /**
   * Writes as much as the system takes; all of it, however long that takes, where calls block.
   *
   * @returns how many bytes; 0 if the worker has to do it, because the system has no room or nobody knows the descriptor.
   * @throws what the system says, with its code.
   */
  write(control: ControlBlock, data: Uint8Array): number {
    this.#enter(control);
    try {
      const descriptor = this.#descriptor(control);
      return descriptor < 0 ? 0 : writeSync(descriptor, data);
    } catch (error) {
      if (isUnavailable(error)) return 0;
      throw error;
    } finally {
      this.#leave();
    }
  }

  /**
   * Reads what is there, while the worker does not; where calls block, waits until something is.
   *
   * @returns at least one and at most `maxLength` bytes; none at the end of the stream; `undefined` if the worker has to
   *   wait for them, because there are none yet or nobody knows the descriptor.
   * @throws what the system says, with its code.
   */
  read(control: ControlBlock, maxLength: number): Uint8Array | undefined {
    // Not filled with zeros first, and never a part of memory that others see too.
    const buffer = (this.#buffer ??= new Uint8Array(
      Buffer.allocUnsafeSlow(LARGEST_READ).buffer,
    ));
    const most = Math.min(maxLength, LARGEST_READ);
    let count: number;
    this.#enter(control);
    try {
      const descriptor = this.#descriptor(control);
      if (descriptor < 0) return undefined;
      count = readSync(descriptor, buffer, 0, most, null);
    } catch (error) {
      if (isUnavailable(error)) return undefined;
      throw error;
    } finally {
      this.#leave();
    }
    if (this.#borrow) return buffer.subarray(0, count);
    if (count < LARGEST_READ) return buffer.slice(0, count);
    this.#buffer = undefined;
    return buffer;
  }

  #enter(control: ControlBlock): void {
    const blocks = control.load(Control.Blocking) === Blocking.Yes;
    Atomics.store(
      this.#board.words,
      Board.InSystem,
      blocks ? InSystem.Waiting : InSystem.Briefly,
    );
  }

  #leave(): void {
    Atomics.store(this.#board.words, Board.InSystem, InSystem.No);
  }

  /** The descriptor of a socket, if it is that socket's still; -1 if not. */
  #descriptor(control: ControlBlock): number {
    const descriptor = control.load(Control.Descriptor) - 1;
    if (
      descriptor < 0 ||
      Atomics.load(this.#board.words, Board.Life) !== Life.Ready
    )
      return -1;
    const time = now();
    if (control !== this.#checked || time - this.#checkedAt > INODE_TIME) {
      if ((fstatSync(descriptor).ino | 0) !== control.load(Control.Inode))
        return -1;
      this.#checked = control;
      this.#checkedAt = time;
    }
    return descriptor;
  }
}

/** Whether the worker can do what the system did not do just now; after a signal that ended a wait, too. */
function isUnavailable(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "EAGAIN" || code === "EBADF" || code === "EINTR";
}
