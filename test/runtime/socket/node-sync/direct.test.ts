/**
 * Direct use of the worker's file descriptors, which must never reach another file that reuses a descriptor's number.
 */
import {
  closeSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Direct } from "../../../../runtime/socket/src/node-sync/direct.js";
import {
  Board,
  BOARD_SIZE,
  boardOf,
  Control,
  ControlBlock,
  CONTROL_SIZE,
  CONTROLS_PER_CHUNK,
  Life,
  type SharedBoard,
} from "../../../../runtime/socket/src/node-sync/layout.js";
import { shareDescriptor } from "../../../../runtime/socket/src/node-sync/worker/descriptor.js";

let memory: SharedArrayBuffer;
let board: SharedBoard;
let control: ControlBlock;
let folder: string;
let file: number;
const data = Uint8Array.from([1, 2, 3]);

const written = (): number[] => [...readFileSync(join(folder, "file"))];

beforeEach(() => {
  memory = new SharedArrayBuffer(BOARD_SIZE);
  board = boardOf(memory);
  Atomics.store(board.words, Board.Life, Life.Ready);
  control = new ControlBlock(
    0,
    new SharedArrayBuffer(CONTROLS_PER_CHUNK * CONTROL_SIZE),
  );
  folder = mkdtempSync(join(tmpdir(), "wit2ts-direct-"));
  file = openSync(join(folder, "file"), "w");
});

afterEach(() => {
  closeSync(file);
  rmSync(folder, { recursive: true });
});

describe("the caller writes", () => {
  test("to the shared descriptor", () => {
    shareDescriptor(board, control, { fd: file, close: () => undefined });
    expect(new Direct(board, false).write(control, data)).toBe(3);
    expect(written()).toEqual([1, 2, 3]);
    expect(Atomics.load(board.words, Board.CallerSyscall)).toBe(0);
  });

  test("nothing if no descriptor is shared", () => {
    expect(new Direct(board, false).write(control, data)).toBe(0);
    shareDescriptor(board, control, { close: () => undefined });
    shareDescriptor(board, control, undefined);
    expect(new Direct(board, false).write(control, data)).toBe(0);
  });

  test("nothing if the descriptor refers to another file", () => {
    shareDescriptor(board, control, { fd: file, close: () => undefined });
    control.store(Control.Inode, (fstatSync(file).ino + 1) | 0);
    expect(new Direct(board, false).write(control, data)).toBe(0);
    expect(written()).toEqual([]);
  });

  test("nothing more once the descriptor refers to another file", () => {
    const direct = new Direct(board, false);
    shareDescriptor(board, control, { fd: file, close: () => undefined });
    expect(direct.write(control, data)).toBe(3);
    control.store(Control.Inode, (fstatSync(file).ino + 1) | 0);
    // Longer than the time for which the inode is cached.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    expect(direct.write(control, data)).toBe(0);
    expect(written()).toEqual([1, 2, 3]);
  });

  test("nothing once the descriptor is closed, or the worker has ended", () => {
    const handle = { fd: file, close: (): string => "closed" };
    shareDescriptor(board, control, handle);
    expect(handle.close()).toBe("closed");
    expect(new Direct(board, false).write(control, data)).toBe(0);
    shareDescriptor(board, control, { fd: file, close: () => undefined });
    Atomics.store(board.words, Board.Life, Life.Ended);
    expect(new Direct(board, false).write(control, data)).toBe(0);
    expect(written()).toEqual([]);
  });

  test("nothing to a descriptor that was closed without notice", () => {
    const other = openSync(join(folder, "file"), "w");
    shareDescriptor(board, control, { fd: other, close: () => undefined });
    closeSync(other);
    expect(new Direct(board, false).write(control, data)).toBe(0);
    expect(Atomics.load(board.words, Board.CallerSyscall)).toBe(0);
  });

  test("and throws the kernel's error", () => {
    const full = openSync("/dev/full", "w");
    try {
      shareDescriptor(board, control, { fd: full, close: () => undefined });
      expect(() => new Direct(board, false).write(control, data)).toThrow(
        "ENOSPC",
      );
      expect(Atomics.load(board.words, Board.CallerSyscall)).toBe(0);
    } finally {
      closeSync(full);
    }
  });
});

describe("the caller reads", () => {
  const share = (bytes: Uint8Array): number => {
    writeFileSync(join(folder, "input"), bytes);
    const input = openSync(join(folder, "input"), "r");
    shareDescriptor(board, control, { fd: input, close: () => undefined });
    return input;
  };

  test("up to the requested length, then the end", () => {
    const input = share(data);
    const direct = new Direct(board, false);
    expect(direct.read(control, 2)).toEqual(Uint8Array.of(1, 2));
    expect(direct.read(control, 9)).toEqual(Uint8Array.of(3));
    expect(direct.read(control, 9)).toEqual(new Uint8Array());
    closeSync(input);
  });

  test("into memory of its own, or into one reused buffer with `borrow`", () => {
    const bytes = new Uint8Array(200_000).map((_, index) => index >> 16);
    for (const borrow of [false, true]) {
      const input = share(bytes);
      const direct = new Direct(board, borrow);
      const first = direct.read(control, 1_000_000);
      const second = direct.read(control, 1_000_000);
      expect(first).toHaveLength(65_536);
      expect(second).toHaveLength(65_536);
      expect(first?.buffer === second?.buffer).toBe(borrow);
      expect([first?.[0], second?.[0]]).toEqual(borrow ? [1, 1] : [0, 1]);
      closeSync(input);
    }
  });

  test("nothing if the descriptor refers to another file, or is closed", () => {
    const input = share(data);
    const inode = control.load(Control.Inode);
    control.store(Control.Inode, inode + 1);
    expect(new Direct(board, false).read(control, 9)).toBeUndefined();
    control.store(Control.Inode, inode);
    closeSync(input);
    expect(new Direct(board, false).read(control, 9)).toBeUndefined();
    expect(Atomics.load(board.words, Board.CallerSyscall)).toBe(0);
  });

  test("and throws the kernel's error", () => {
    const directory = openSync(folder, "r");
    shareDescriptor(board, control, { fd: directory, close: () => undefined });
    expect(() => new Direct(board, false).read(control, 9)).toThrow("EISDIR");
    expect(Atomics.load(board.words, Board.CallerSyscall)).toBe(0);
    closeSync(directory);
  });
});

test("a descriptor is not closed while the caller is in a syscall", async () => {
  Atomics.store(board.words, Board.CallerSyscall, 1);
  const states: number[] = [];
  const handle = {
    fd: file,
    close: (): void => {
      states.push(Atomics.load(board.words, Board.CallerSyscall));
    },
  };
  shareDescriptor(board, control, handle);
  // A thread that plays the caller, and returns from its syscall after 100 ms.
  const caller = new Worker(
    `const { workerData } = require("node:worker_threads");
     const words = new Int32Array(workerData.memory);
     Atomics.wait(words, workerData.word, 1, 100);
     Atomics.store(words, workerData.word, 0);`,
    { eval: true, workerData: { memory, word: Board.CallerSyscall } },
  );
  const ended = new Promise((resolve) => caller.once("exit", resolve));
  handle.close();
  expect(states).toEqual([0]);
  await ended;
});
