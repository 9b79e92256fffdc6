/** The worker's side of `direct.ts`: says which descriptor the caller may use, and takes it back before it is closed. */
import { fstatSync } from "node:fs";
import {
  Board,
  Control,
  InSystem,
  type ControlBlock,
  type SharedBoard,
} from "../layout.js";
import type { SystemHandle } from "../../node/direct-write.js";

/** How long one system call of the caller's is waited for before looking again, in milliseconds. */
const LOOK_TIME = 1;

/** Lets the caller use a socket itself from now on. */
export function shareDescriptor(
  board: SharedBoard,
  control: ControlBlock,
  handle: SystemHandle | null | undefined,
): void {
  if (handle === null || handle === undefined) return;
  const { fd: descriptor = -1 } = handle;
  // Where it is no number of a file, as on Windows, everything goes through the worker.
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
 * Waits until the caller is out of the system. Not where it may wait there itself: it does so only on a connection that is
 * closed when it asks for that.
 */
export function awaitCaller(board: SharedBoard): void {
  const { words } = board;
  while (Atomics.load(words, Board.InSystem) === InSystem.Briefly)
    Atomics.wait(words, Board.InSystem, InSystem.Briefly, LOOK_TIME);
}
