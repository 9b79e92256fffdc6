/**
 * The worker's end of a connection, in one thread. This makes races reproducible, such as room made between a full ring
 * and the pause, which two threads hit too rarely.
 */
import { expect, test } from "vitest";
import {
  Board,
  BOARD_SIZE,
  boardOf,
  Closed,
  Control,
  ControlBlock,
  CONTROL_SIZE,
  CONTROLS_PER_CHUNK,
  ringsOf,
} from "../../../../runtime/socket/dist/node-sync/layout.js";
import { RingReader } from "../../../../runtime/socket/dist/node-sync/ring.js";
import { WorkerContext } from "../../../../runtime/socket/dist/node-sync/worker/context.js";
import { Signal } from "../../../../runtime/socket/dist/node-sync/worker/signal.js";
import { Stream } from "../../../../runtime/socket/dist/node-sync/worker/stream.js";
import { createNodeDriver } from "@wit2ts/socket/node";

class DrainedBeforePause extends ControlBlock {
  drain: () => void = () => undefined;

  /** Lets the caller drain the ring just before the pause becomes visible. */
  override store(word: number, value: number): void {
    if (word === Control.ReceivePaused) this.drain();
    super.store(word, value);
  }
}

test("reading does not stay paused if the caller makes room just before the pause", () => {
  const board = boardOf(new SharedArrayBuffer(BOARD_SIZE));
  const control = new DrainedBeforePause(
    0,
    new SharedArrayBuffer(CONTROL_SIZE * CONTROLS_PER_CHUNK),
  );
  const rings = ringsOf(new SharedArrayBuffer(2 * 4096));
  const context = new WorkerContext(
    board,
    new Signal(board),
    createNodeDriver(),
  );
  const stream = new Stream(context, control, rings);
  const reader = new RingReader(rings.receive, {
    words: control.words,
    head: Control.ReceiveHead,
    tail: Control.ReceiveTail,
  });
  control.drain = () => {
    reader.read(4096);
  };
  let buffer = stream.buffer();
  expect(buffer.length).toBe(4096);
  expect(stream.take(4096, buffer)).toBe(true);
  expect(control.load(Control.ReceivePaused)).toBe(0);

  // If the caller does not drain the ring, reading pauses.
  control.drain = () => undefined;
  buffer = stream.buffer();
  expect(buffer.length).toBe(4096);
  expect(stream.take(4096, buffer)).toBe(false);
  expect(control.load(Control.ReceivePaused)).toBe(1);
});

test("the caller is notified of a filled buffer at the end of the turn, and of a partial one immediately", async () => {
  const board = boardOf(new SharedArrayBuffer(BOARD_SIZE));
  const control = new ControlBlock(
    0,
    new SharedArrayBuffer(CONTROL_SIZE * CONTROLS_PER_CHUNK),
  );
  const rings = ringsOf(new SharedArrayBuffer(2 * 262_144));
  const context = new WorkerContext(
    board,
    new Signal(board),
    createNodeDriver(),
  );
  const stream = new Stream(context, control, rings);
  const heard = (): number => Atomics.load(board.words, Board.Sequence);

  let buffer = stream.buffer();
  stream.take(buffer.length, buffer);
  expect(heard()).toBe(0);
  await new Promise((resolve) => setImmediate(resolve));
  expect(heard()).toBe(1);

  buffer = stream.buffer();
  stream.take(10, buffer);
  expect(heard()).toBe(2);

  // Once the ring is half full, the caller is notified immediately.
  buffer = stream.buffer();
  stream.take(buffer.length, buffer);
  expect(heard()).toBe(3);
});

test("the worker stops reading after a filled buffer if the caller has the descriptor", () => {
  const board = boardOf(new SharedArrayBuffer(BOARD_SIZE));
  const control = new ControlBlock(
    0,
    new SharedArrayBuffer(CONTROL_SIZE * CONTROLS_PER_CHUNK),
  );
  const rings = ringsOf(new SharedArrayBuffer(2 * 262_144));
  const context = new WorkerContext(
    board,
    new Signal(board),
    createNodeDriver(),
  );
  const stream = new Stream(context, control, rings);
  control.store(Control.Descriptor, 1);

  let buffer = stream.buffer();
  expect(stream.take(10, buffer)).toBe(true);
  expect(control.load(Control.ReceivePaused)).toBe(0);

  // Only the caller reads from now on, no matter how much room is left.
  buffer = stream.buffer();
  expect(stream.take(buffer.length, buffer)).toBe(false);
  expect(control.load(Control.ReceivePaused)).toBe(1);
  expect(control.load(Control.ReceiveHead)).toBe(10 + buffer.length);
});

test("events after close do not modify the control block, which another socket may be using", () => {
  const board = boardOf(new SharedArrayBuffer(BOARD_SIZE));
  const control = new ControlBlock(
    0,
    new SharedArrayBuffer(CONTROL_SIZE * CONTROLS_PER_CHUNK),
  );
  const context = new WorkerContext(
    board,
    new Signal(board),
    createNodeDriver(),
  );
  const stream = new Stream(
    context,
    control,
    ringsOf(new SharedArrayBuffer(2 * 4096)),
  );
  stream.close();
  expect(control.load(Control.Closed)).toBe(Closed.Released);
  control.clear();
  const buffer = stream.buffer();
  stream.take(9, buffer);
  stream.end();
  stream.fail(new Error("reset"));
  expect(control.words.every((word) => word === 0)).toBe(true);
});
