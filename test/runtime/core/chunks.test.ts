import { describe, expect, it } from "vitest";
import { chunkedStream, chunksOf } from "../../../runtime/core/src/chunks.js";

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of source) values.push(value);
  return values;
}

/** Comes after everything that promises which are settled lead to. */
const later = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

async function* pausing(...groups: number[][]): AsyncGenerator<number> {
  for (const group of groups) {
    yield* group;
    await later();
  }
}

describe("the chunks of a stream", () => {
  it("have the elements that come without a wait", async () => {
    expect(await all(chunksOf(pausing([1, 2, 3], [4], [5, 6])))).toEqual([
      [1, 2, 3],
      [4],
      [5, 6],
    ]);
    expect(await all(chunksOf(pausing()))).toEqual([]);
  });

  it("come before an element that takes its time", async () => {
    let release: (() => void) | undefined;
    async function* source(): AsyncGenerator<number> {
      yield 1;
      yield 2;
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      yield 3;
    }
    const iterator = chunksOf(source())[Symbol.asyncIterator]();
    expect(await iterator.next()).toEqual({ done: false, value: [1, 2] });
    release?.();
    expect(await iterator.next()).toEqual({ done: false, value: [3] });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it("have no more than 16,384, and nothing is asked for beyond them", async () => {
    let asked = 0;
    let isClosed = false;
    async function* endless(): AsyncGenerator<number> {
      try {
        for (;;) yield await Promise.resolve(asked++);
      } finally {
        isClosed = true;
      }
    }
    for await (const chunk of chunksOf(endless())) {
      expect(chunk).toHaveLength(16_384);
      break;
    }
    expect(asked).toBe(16_384);
    expect(isClosed).toBe(true);
  });

  it("can be abandoned while the source waits for its next element", async () => {
    let release: (() => void) | undefined;
    let isClosed = false;
    async function* source(): AsyncGenerator<number> {
      try {
        yield 1;
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        yield 2;
      } finally {
        isClosed = true;
      }
    }
    for await (const chunk of chunksOf(source())) {
      expect(chunk).toEqual([1]);
      break;
    }
    expect(isClosed).toBe(false);
    release?.();
    await later();
    expect(isClosed).toBe(true);
  });

  it("end with what a source fails with, and what came before it is there", async () => {
    async function* failing(): AsyncGenerator<number> {
      yield await Promise.resolve(1);
      throw new RangeError("broken");
    }
    const iterator = chunksOf(failing())[Symbol.asyncIterator]();
    expect(await iterator.next()).toEqual({ done: false, value: [1] });
    await later();
    await expect(iterator.next()).rejects.toThrow(new RangeError("broken"));
  });

  it("are those that the source has, if it has some", async () => {
    const bytes = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(Uint8Array.of(1, 2));
        controller.enqueue(Uint8Array.of(3));
        controller.close();
      },
    });
    const source = bytes as unknown as AsyncIterable<number>;
    expect(await all(chunksOf(source))).toEqual([
      Uint8Array.of(1, 2),
      Uint8Array.of(3),
    ]);
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Uint8Array.of(1, 2));
    }
    const stream = chunkedStream(chunks());
    expect(await all(chunksOf(stream))).toEqual([Uint8Array.of(1, 2)]);
    expect(await all(chunkedStream(chunks()))).toEqual([1, 2]);
  });
});
