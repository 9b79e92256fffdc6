/** The worker's side of `direct.ts`: shares a descriptor with the caller, and withdraws it before it is closed. */
import { fstatSync } from "node:fs";
import {
  Board,
  Control,
  CallerSyscall,
  type ControlBlock,
  type SharedBoard,
} from "../layout.js";
import type { SystemHandle } from "../../node/direct-write.js";

/** Interval for checking whether the caller has left its system call, in milliseconds. */
const LOOK_TIME = 1;

/** Shares the descriptor of a socket with the caller. */
export function shareDescriptor(
  board: SharedBoard,
  control: ControlBlock,
  handle: SystemHandle | null | undefined,
): void {
  if (handle === null || handle === undefined) return;
  const { fd: descriptor = -1 } = handle;
  // Without a file descriptor, as on Windows, everything goes through the worker.
  if (descriptor < 0 || control.load(Control.Descriptor) === descriptor + 1)
    return;
  const close = handle.close.bind(handle);
  handle.close = (...values): unknown => {
    control.store(Control.Descriptor, 0);
    awaitCaller(board);
    return close(...values);
  };
  control.store(Control.Inode, fstatSync(descriptor).ino | 0);
  control.store(Control.Descriptor, descriptor + 1);
}

/**
 * Waits until the caller has left a system call that returns immediately. Does not wait for one that may block: the caller
 * makes those only on a connection that the worker does not close before the caller requests it.
 */
export function awaitCaller(board: SharedBoard): void {
  const { words } = board;
  while (Atomics.load(words, Board.CallerSyscall) === CallerSyscall.NonBlocking)
    Atomics.wait(
      words,
      Board.CallerSyscall,
      CallerSyscall.NonBlocking,
      LOOK_TIME,
    );
}
