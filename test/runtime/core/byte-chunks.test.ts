import { fromByteChunks, toByteChunks } from "@wit2ts/runtime";
import { describe, expect, it } from "vitest";

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of source) values.push(value);
  return values;
}

async function* sourceOf<T>(...values: T[]): AsyncGenerator<T> {
  for (const value of values) yield await Promise.resolve(value);
}

describe("bytes in chunks", () => {
  it("are read as single bytes from the stream, and as chunks with `toByteChunks`", async () => {
    const chunks = [Uint8Array.of(1, 2), new Uint8Array(), Uint8Array.of(255)];
    expect(await all(fromByteChunks(sourceOf(...chunks)))).toEqual([1, 2, 255]);
    expect(
      await all(toByteChunks(fromByteChunks(sourceOf(...chunks)))),
    ).toStrictEqual([Uint8Array.of(1, 2), Uint8Array.of(255)]);
  });

  it("are gathered from a stream of single bytes", async () => {
    expect(await all(toByteChunks(sourceOf(1, 2, 255)))).toStrictEqual([
      Uint8Array.of(1, 2, 255),
    ]);
  });

  it("are copies that belong to the reader", async () => {
    const chunk = Uint8Array.of(1);
    const [copy] = await all(toByteChunks(fromByteChunks(sourceOf(chunk))));
    chunk[0] = 2;
    expect(copy).toStrictEqual(Uint8Array.of(1));
  });

  it("fail with the error of their source", async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Uint8Array.of(1));
      throw new RangeError("broken");
    }
    await expect(all(toByteChunks(fromByteChunks(failing())))).rejects.toThrow(
      new RangeError("broken"),
    );
  });

  it("close their source even if nothing was read", async () => {
    let cancelled = 0;
    const source = (): ReadableStream<Uint8Array> =>
      new ReadableStream({
        cancel: () => {
          cancelled++;
        },
      });
    await toByteChunks(fromByteChunks(source())).return?.();
    await fromByteChunks(source())[Symbol.asyncIterator]().return?.();
    expect(cancelled).toBe(2);
    async function* untouched(): AsyncGenerator<number> {
      yield await Promise.reject(new Error("somebody has read"));
    }
    const chunks = toByteChunks(untouched());
    await chunks.return?.();
    expect(await chunks.next()).toEqual({ done: true, value: undefined });
  });
});
