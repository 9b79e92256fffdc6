import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import {
  Board,
  Life,
} from "../../../../runtime/socket/dist/node-sync/layout.js";
import {
  hasEnded,
  numberOfThisThread,
  timeWithoutProcessor,
} from "../../../../runtime/socket/dist/node-sync/thread.js";
import {
  SLICE,
  Watch,
  type Threads,
} from "../../../../runtime/socket/dist/node-sync/watch.js";

/** A board whose worker has started. */
function board(): Int32Array {
  const words = new Int32Array(16);
  words[Board.Life] = Life.Ready;
  words[Board.Thread] = 1;
  return words;
}

/** The number of slices until a worker is given up, at most a hundred, and the reason. */
function slicesUntilEnd(
  words: Int32Array,
  threads: Threads,
  eachSlice: (slice: number) => void = () => {},
): [number, string | undefined] {
  const watch = new Watch(words, threads);
  for (let slice = 1; slice <= 100; slice++) {
    eachSlice(slice);
    const reason = watch.findEnd();
    if (reason !== undefined) return [slice, reason];
  }
  return [100, undefined];
}

const running: Threads = {
  hasEnded: () => false,
  timeWithoutProcessor: () => 0,
};

describe("a worker that does not answer is given up", () => {
  it("immediately, if its thread has ended", () => {
    const ended = { ...running, hasEnded: () => true };
    expect(slicesUntilEnd(board(), ended)).toEqual([
      1,
      "the worker is out of memory, or was stopped",
    ]);
  });

  it("within two seconds, if it had processor time", () => {
    const [slices, reason] = slicesUntilEnd(board(), running);
    expect(slices * SLICE).toBeLessThan(2_000);
    expect(reason).toContain("does not answer");
  });

  it("later, if other threads keep it from running", () => {
    let waited = 0;
    const starved = {
      ...running,
      timeWithoutProcessor: () => (waited += SLICE),
    };
    const [slices] = slicesUntilEnd(board(), starved);
    expect(slices * SLICE).toBeGreaterThan(5_000);
    expect(slices).toBeLessThan(100);
  });

  it("never, if it answers occasionally", () => {
    const words = board();
    const [, reason] = slicesUntilEnd(words, running, (slice) => {
      if (slice % 5 === 0) Atomics.add(words, Board.Heartbeat, 1);
    });
    expect(reason).toBeUndefined();
  });

  it("later, if it has not started", () => {
    const words = board();
    words[Board.Life] = 0;
    const [slices, reason] = slicesUntilEnd(words, running);
    expect(slices * SLICE).toBeGreaterThan(5_000);
    expect(reason).toContain("did not start");
  });
});

describe.skipIf(!existsSync("/proc/thread-self"))(
  "the state of a thread (needs /proc)",
  () => {
    it("includes its time without a processor, and whether it has ended", async () => {
      const own = numberOfThisThread();
      expect(own).toBeGreaterThan(0);
      expect(hasEnded(own)).toBe(false);
      expect(timeWithoutProcessor(own)).toBeGreaterThanOrEqual(0);
      const worker = new Worker(
        `const { parentPort } = require("node:worker_threads");
         const { readlinkSync } = require("node:fs");
         parentPort.postMessage(readlinkSync("/proc/thread-self"));
         parentPort.once("message", () => {});`,
        { eval: true },
      );
      const [link] = (await once(worker, "message")) as [string];
      const thread = Number(link.split("/").at(-1));
      expect(thread).not.toBe(own);
      expect(hasEnded(thread)).toBe(false);
      await worker.terminate();
      expect(hasEnded(thread)).toBe(true);
    });
  },
);

it("returns neutral values for an unknown thread", () => {
  expect(hasEnded(0)).toBe(false);
  expect(timeWithoutProcessor(0)).toBe(0);
});
