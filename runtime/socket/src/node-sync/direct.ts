/**
 * Writing to a socket of the worker's from the caller's thread, which saves waking the worker.
 *
 * A file descriptor belongs to the process, and `write` on a socket that does not block is one system call wherever it
 * comes from. What must never happen is that the worker closes the descriptor meanwhile, and another file gets
 * its number. So each side says first what it is about to do, and looks then what the other does: the caller that it is in the
 * system, the worker that the descriptor is gone. A worker that ends without being able to say so is found out by the inode.
 */
import { fstatSync, writeSync } from "node:fs";
import {
  Board,
  Control,
  Life,
  type ControlBlock,
  type SharedBoard,
} from "./layout.js";

/**
 * Writes from the caller's thread as much as the system takes.
 *
 * @returns how many bytes; 0 if the worker has to do it, because the system has no room or nobody knows the descriptor.
 * @throws what the system says, with its code.
 */
export function writeDirectly(
  board: SharedBoard,
  control: ControlBlock,
  data: Uint8Array,
): number {
  const { words } = board;
  Atomics.store(words, Board.InSystem, 1);
  try {
    const descriptor = control.load(Control.Descriptor) - 1;
    if (descriptor < 0 || Atomics.load(words, Board.Life) !== Life.Ready)
      return 0;
    if ((fstatSync(descriptor).ino | 0) !== control.load(Control.Inode))
      return 0;
    return writeSync(descriptor, data);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EAGAIN" || code === "EBADF") return 0;
    throw error;
  } finally {
    Atomics.store(words, Board.InSystem, 0);
  }
}
