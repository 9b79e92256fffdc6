import { describe, expect, it } from "vitest";
import { chunkedStream, chunksOf } from "../../../runtime/core/src/chunks.js";

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of source) values.push(value);
  return values;
}

/** Resolves after all pending microtasks. */
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
  it("have the elements that are available without waiting", async () => {
    expect(await all(chunksOf(pausing([1, 2, 3], [4], [5, 6])))).toEqual([
      [1, 2, 3],
      [4],
      [5, 6],
    ]);
    expect(await all(chunksOf(pausing()))).toEqual([]);
  });

  it("are returned before an element that is not available yet", async () => {
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

  it("have at most 16,384 elements, and no more are requested in advance", async () => {
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

  it("end with the error of the source, after the elements before it", async () => {
    async function* failing(): AsyncGenerator<number> {
      yield await Promise.resolve(1);
      throw new RangeError("broken");
    }
    const iterator = chunksOf(failing())[Symbol.asyncIterator]();
    expect(await iterator.next()).toEqual({ done: false, value: [1] });
    await later();
    await expect(iterator.next()).rejects.toThrow(new RangeError("broken"));
  });

  it("are gathered from an iterator that returns results without promises, or throws", async () => {
    let count = 0;
    const iterator = {
      next(): IteratorResult<number> {
        if (++count > 3) throw new RangeError("broken");
        return { done: false, value: count };
      },
    };
    const source = { [Symbol.asyncIterator]: () => iterator };
    const chunks = chunksOf(source as unknown as AsyncIterable<number>)[
      Symbol.asyncIterator
    ]();
    expect(await chunks.next()).toEqual({ done: false, value: [1, 2, 3] });
    await later();
    await expect(chunks.next()).rejects.toThrow(new RangeError("broken"));
  });

  it("are those of the source, if it has chunks itself", async () => {
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
