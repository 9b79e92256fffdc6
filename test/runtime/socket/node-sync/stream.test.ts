/** The moment between a full ring and a pause, which two threads hit too seldom to rely on: here it comes every time. */
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

  /** The caller looks for the pause just before it is there. */
  override store(word: number, value: number): void {
    if (word === Control.ReceivePaused) this.drain();
    super.store(word, value);
  }
}

test("a caller that makes room just before reading pauses does not leave it paused for ever", () => {
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

  // Without that, it pauses, and says so.
  control.drain = () => undefined;
  buffer = stream.buffer();
  expect(buffer.length).toBe(4096);
  expect(stream.take(4096, buffer)).toBe(false);
  expect(control.load(Control.ReceivePaused)).toBe(1);
});

test("the caller hears of a filled buffer at the end of the turn, and of less at once", async () => {
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

  // With half of the ring full there is enough to do.
  buffer = stream.buffer();
  stream.take(buffer.length, buffer);
  expect(heard()).toBe(3);
});

test("a caller that has the descriptor takes over where more waits in the system", () => {
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

  // However much room is left, nobody but the caller reads from now on.
  buffer = stream.buffer();
  expect(stream.take(buffer.length, buffer)).toBe(false);
  expect(control.load(Control.ReceivePaused)).toBe(1);
  expect(control.load(Control.ReceiveHead)).toBe(10 + buffer.length);
});

test("what a connection hears after it was closed leaves its control block alone, which is another's by then", () => {
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
