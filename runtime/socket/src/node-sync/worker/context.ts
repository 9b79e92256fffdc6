/** State shared by all sockets of the worker. */
import type { NodeDriver } from "../../node/driver.js";
import {
  Board,
  Closed,
  Control,
  type ControlBlock,
  type SharedBoard,
} from "../layout.js";
import type { Signal } from "./signal.js";
import type { Stream } from "./stream.js";

export class WorkerContext {
  readonly board: SharedBoard;
  readonly signal: Signal;
  readonly driver: NodeDriver;
  /** Closed connections that still deliver the bytes in their rings. */
  readonly delivering: Set<Stream> = new Set<Stream>();

  constructor(board: SharedBoard, signal: Signal, driver: NodeDriver) {
    this.board = board;
    this.signal = signal;
    this.driver = driver;
  }

  /** Tells the caller that a socket is closed, while the worker may still write to its memory. */
  closed(control: ControlBlock): void {
    control.store(Control.Closed, Closed.Yes);
    this.signal.changed(control.id);
  }

  /** Tells the caller that the worker no longer touches the rings of a closed socket. */
  ringsReleased(control: ControlBlock): void {
    control.store(Control.Closed, Closed.RingsReleased);
    Atomics.add(this.board.words, Board.Closed, 1);
  }

  /** Tells the caller that a socket is closed, and that the worker no longer touches its memory. */
  released(control: ControlBlock): void {
    control.store(Control.Closed, Closed.Released);
    Atomics.add(this.board.words, Board.Closed, 1);
    this.signal.changed(control.id);
  }
}
