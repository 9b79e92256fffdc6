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

/** What is done to values of a type, with `mark` for a resource. */
function converter(type: string, isFromJco: boolean): Convert | undefined {
  return compileConvert(
    scope,
    type,
    () => (value) => ["mark", value],
    isFromJco,
  );
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
  it("change their resources, as they are read", async () => {
    const convert = converter("tuple<stream<own<thing>>, u32>", false);
    const [stream] = convert?.([streamOf(1, 2), 3]) as [unknown];
    expect(await all(stream)).toStrictEqual([
      ["mark", 1],
      ["mark", 2],
    ]);
  });

  it("of numbers give single ones, whatever jco gives", async () => {
    const convert = converter("stream<u8>", true);
    const stream = convert?.(
      streamOf(1, Uint8Array.of(2, 3), new Uint8Array()),
    );
    expect(await all(stream)).toStrictEqual([1, 2, 3]);
  });

  it("of lists of numbers give the lists, and so are left alone", () => {
    expect(converter("stream<list<u8>>", true)).toBeUndefined();
    expect(converter("stream<string>", true)).toBeUndefined();
    expect(converter("stream", true)).toBeUndefined();
    expect(converter("stream<u8>", false)).toBeUndefined();
  });

  it("end what they come from where the reader stops", async () => {
    let isClosed = false;
    async function* endless(): AsyncGenerator<number> {
      try {
        for (;;) yield await Promise.resolve(1);
      } finally {
        isClosed = true;
      }
    }
    const stream = converter("stream<u8>", true)?.(endless());
    for await (const one of stream as AsyncIterable<number>)
      if (one === 1) break;
    expect(isClosed).toBe(true);
  });

  it("fail as what they come from", async () => {
    async function* failing(): AsyncGenerator<number> {
      yield await Promise.resolve(1);
      throw new RangeError("broken");
    }
    const stream = converter("stream<own<thing>>", true)?.(failing());
    await expect(all(stream)).rejects.toThrow(new RangeError("broken"));
  });
});

describe("futures", () => {
  /** As jco makes them: good for `await` alone. */
  const awaitable = (value: unknown): unknown => ({
    then: (fulfil: (value: unknown) => unknown) => {
      fulfil(value);
    },
  });

  it("of jco can be chained, and are asked when somebody asks", async () => {
    const convert = converter("future<u32>", true);
    const future = convert?.(awaitable(1)) as PromiseLike<number>;
    expect(await future.then((value) => value + 1)).toBe(2);
  });

  it("change their resources", async () => {
    for (const isFromJco of [true, false]) {
      const convert = converter("future<own<thing>>", isFromJco);
      expect(await convert?.(awaitable(1))).toStrictEqual(["mark", 1]);
    }
    expect(converter("future<u32>", false)).toBeUndefined();
  });
});
