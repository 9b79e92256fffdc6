/**
 * Reads from and writes to a socket of the worker on the calling thread, which avoids waking the worker.
 *
 * A file descriptor belongs to the process, and reading from or writing to a non-blocking socket is a single system call
 * on any thread. The worker must not close the descriptor during that call, because another file could then get the same
 * number. So each side first announces what it is about to do, and then checks what the other side has announced: the
 * caller that it is in a system call ({@link Board.CallerSyscall}), the worker that the descriptor is no longer valid
 * ({@link Control.Descriptor}). A worker that ends without being able to announce anything is detected by the inode.
 */
import { fstatSync, readSync, writeSync } from "node:fs";
import {
  Blocking,
  Board,
  Control,
  CallerSyscall,
  Life,
  type ControlBlock,
  type SharedBoard,
} from "./layout.js";
import { now } from "./now.js";

/** Maximum number of bytes per read. Four times as many gained nothing. */
const LARGEST_READ = 64 * 1024;
/**
 * How long a check of the inode remains valid, in milliseconds. A check for each call would cost a tenth of a short
 * exchange. For a call on the wrong file, the worker would have to run out of memory, its thread be torn down, and this
 * thread open a file and make the call, all within this time.
 */
const INODE_TIME = 0.1;

export class Direct {
  readonly #board: SharedBoard;
  readonly #borrow: boolean;
  /** The buffer for the next read. */
  #buffer: Uint8Array | undefined = undefined;
  /** The socket whose inode was checked last, and the time of that check. */
  #checked: ControlBlock | undefined = undefined;
  #checkedAt = 0;

  /** @param borrow - whether the bytes that `read` returns may be overwritten by the next read. */
  constructor(board: SharedBoard, borrow: boolean) {
    this.#board = board;
    this.#borrow = borrow;
  }

  /**
   * Writes as much as the kernel takes. On a blocking descriptor, that is everything, however long it takes.
   *
   * @returns the number of bytes written; 0 if the worker has to write them, because the kernel has no room or there is no
   *   valid descriptor.
   * @throws the error of the system call, with its code.
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
   * Reads available bytes. The worker must have stopped reading. On a blocking descriptor, waits until there are some.
   *
   * @returns at least one and at most `maxLength` bytes; none at the end of the stream; `undefined` if the worker has to
   *   wait for them, because there are none yet or there is no valid descriptor.
   * @throws the error of the system call, with its code.
   */
  read(control: ControlBlock, maxLength: number): Uint8Array | undefined {
    // Not zero-filled, and not a part of Node's shared buffer pool.
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

  /** Announces a system call. Called before the descriptor is read, so that the worker does not close it unnoticed. */
  #enter(control: ControlBlock): void {
    const blocks = control.load(Control.Blocking) === Blocking.Yes;
    Atomics.store(
      this.#board.words,
      Board.CallerSyscall,
      blocks ? CallerSyscall.Blocking : CallerSyscall.NonBlocking,
    );
  }

  #leave(): void {
    Atomics.store(this.#board.words, Board.CallerSyscall, CallerSyscall.None);
  }

  /** Returns the descriptor of a socket if it still belongs to that socket; otherwise -1. */
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

/**
 * Whether the worker has to do what the system call did not do. That includes a call that was interrupted by a signal
 * (`EINTR`).
 */
function isUnavailable(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "EAGAIN" || code === "EBADF" || code === "EINTR";
}
