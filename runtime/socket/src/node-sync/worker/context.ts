/** State shared by all sockets of the worker. */
import type { NodeDriver } from "../../node/driver.js";
import {
  Board,
  Control,
  type ControlBlock,
  type SharedBoard,
} from "../layout.js";
import type { Signal } from "./signal.js";

export class WorkerContext {
  readonly board: SharedBoard;
  readonly signal: Signal;
  readonly driver: NodeDriver;

  constructor(board: SharedBoard, signal: Signal, driver: NodeDriver) {
    this.board = board;
    this.signal = signal;
    this.driver = driver;
  }

  /** Tells the caller that the worker no longer touches the memory of a socket. */
  closed(control: ControlBlock): void {
    control.store(Control.Closed, 1);
    Atomics.add(this.board.words, Board.Closed, 1);
    this.signal.changed(control.id);
  }
}
