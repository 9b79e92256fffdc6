import { describe, expect, it } from "vitest";
import type { InterfaceDescriptor } from "@wit2ts/runtime";
import {
  compileConvert,
  type Convert,
} from "../../../runtime/core/src/convert-resources.js";

const scope: InterfaceDescriptor = {
  kind: "interface",
  name: "test:later/i",
  functions: {},
  types: {
    thing: { kind: "resource", key: "Thing", methods: {}, statics: {} },
  },
};

/** The conversion of a type, which marks each resource. */
function converter(
  type: string,
  way?: "from-jco" | "to-jco",
): Convert | undefined {
  return compileConvert(scope, type, () => (value) => ["mark", value], way);
}

/**
 * A stream of jco, with the elements of each write of a component. Records whether it was closed, and how it was read.
 */
class JcoStream {
  isClosed = false;
  readonly counts: number[] = [];
  readonly #writes: ArrayLike<unknown>[];

  constructor(...writes: ArrayLike<unknown>[]) {
    this.#writes = writes;
  }

  read(count: number): Promise<IteratorResult<unknown>> {
    this.counts.push(count);
    const value = this.#writes.shift();
    return Promise.resolve(
      value === undefined
        ? { done: true, value: undefined }
        : { done: false, value },
    );
  }

  return(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  [Symbol.asyncIterator](): never {
    throw new Error("it is to be read in chunks");
  }
}

async function all(stream: unknown): Promise<unknown[]> {
  const elements: unknown[] = [];
  for await (const one of stream as AsyncIterable<unknown>) elements.push(one);
  return elements;
}

async function* streamOf(...values: unknown[]): AsyncGenerator {
  for (const value of values) yield await Promise.resolve(value);
}

describe("streams", () => {
  it("convert their resources when they are read", async () => {
    const convert = converter("tuple<stream<own<thing>>, u32>");
    const [stream] = convert?.([streamOf(1, 2), 3]) as [unknown];
    expect(await all(stream)).toStrictEqual([
      ["mark", 1],
      ["mark", 2],
    ]);
  });

  it.each([
    ["u8", [Uint8Array.of(1, 2), Uint8Array.of(3)], [1, 2, 3]],
    ["u8", [[1], [2]], [1, 2]],
    ["string", [["a", ""], ["b"]], ["a", "", "b"]],
    ["list<u8>", [[Uint8Array.of(1)]], [Uint8Array.of(1)]],
    ["option<bool>", [[undefined, true]], [undefined, true]],
  ])(
    "of jco are read in chunks, and yield single elements: %s",
    async (type, writes, expected) => {
      const source = new JcoStream(...writes);
      const stream = converter(`stream<${type}>`, "from-jco")?.(source);
      expect(source.counts).toEqual([]);
      expect(await all(stream)).toStrictEqual(expected);
      expect(new Set(source.counts)).toEqual(new Set([16_384]));
      expect(source.isClosed).toBe(false);
    },
  );

  it("of numbers offer chunks to jco, and single elements to other readers", async () => {
    const convert = converter("stream<u8>", "to-jco");
    const single = convert?.(streamOf(1, 2));
    expect(await all(single)).toStrictEqual([1, 2]);
    const key = Symbol.for("@wit2ts/runtime#chunksForJco");
    const stream = convert?.(streamOf(1, 2)) as Record<symbol, () => unknown>;
    expect(await all(stream[key]?.())).toStrictEqual([[1, 2]]);
    const sparse = streamOf([], Uint8Array.of(1), [], Uint8Array.of(2));
    const full = convert?.(sparse) as Record<symbol, () => unknown>;
    expect(await all(full[key]?.())).toStrictEqual([
      Uint8Array.of(1),
      Uint8Array.of(2),
    ]);
    // jco reads ahead in synchronous iterables by itself.
    const bytes = Uint8Array.of(1);
    expect(convert?.(bytes)).toBe(bytes);
  });

  it("without a type, or in other directions, are not converted", () => {
    expect(converter("stream", "from-jco")).toBeUndefined();
    expect(converter("stream", "to-jco")).toBeUndefined();
    expect(converter("stream<string>", "to-jco")).toBeUndefined();
    expect(converter("stream<list<u8>>", "to-jco")).toBeUndefined();
    expect(converter("stream<u8>")).toBeUndefined();
  });

  it("of resources are read one by one", async () => {
    const convert = converter("stream<own<thing>>", "from-jco");
    expect(await all(convert?.(streamOf(1, 2)))).toStrictEqual([
      ["mark", 1],
      ["mark", 2],
    ]);
  });

  it("close their source when the reader stops", async () => {
    const source = new JcoStream([1, 2], [3]);
    const stream = converter("stream<u8>", "from-jco")?.(source);
    for await (const one of stream as AsyncIterable<number>)
      if (one === 1) break;
    expect(source.isClosed).toBe(true);
    for (const type of ["stream<u8>", "stream<own<thing>>"]) {
      const unread = new JcoStream([1]);
      unread[Symbol.asyncIterator] = () => unread as never;
      const convert = converter(type, "from-jco");
      const stream = convert?.(unread) as AsyncIterable<unknown>;
      await stream[Symbol.asyncIterator]().return?.();
      expect(unread.isClosed, type).toBe(true);
    }
  });

  it("fail with the error of their source", async () => {
    async function* failing(): AsyncGenerator<number> {
      yield await Promise.resolve(1);
      throw new RangeError("broken");
    }
    const stream = converter("stream<own<thing>>", "from-jco")?.(failing());
    await expect(all(stream)).rejects.toThrow(new RangeError("broken"));
    const source = new JcoStream([1]);
    source.read = () => Promise.reject(new RangeError("read"));
    const numbers = converter("stream<u8>", "from-jco")?.(source);
    await expect(all(numbers)).rejects.toThrow(new RangeError("read"));
    expect(source.isClosed).toBe(false);
  });
});

describe("futures", () => {
  /** A thenable as jco creates it, which only `await` can use. */
  const awaitable = (value: unknown): unknown => ({
    then: (fulfil: (value: unknown) => unknown) => {
      fulfil(value);
    },
  });

  it("of jco become promises that can be chained", async () => {
    const convert = converter("future<u32>", "from-jco");
    const future = convert?.(awaitable(1)) as PromiseLike<number>;
    expect(await future.then((value) => value + 1)).toBe(2);
  });

  it("convert their resources", async () => {
    for (const way of ["from-jco", "to-jco", undefined] as const) {
      const convert = converter("future<own<thing>>", way);
      expect(await convert?.(awaitable(1))).toStrictEqual(["mark", 1]);
    }
    expect(converter("future<u32>")).toBeUndefined();
  });
});
