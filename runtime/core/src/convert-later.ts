import {
  chunkedStream,
  chunksOf,
  withSourceCleanup,
  type Chunk,
  type JcoStream,
  readChunks,
} from "./chunks.js";
import type { Convert } from "./convert-resources.js";

/**
 * Converts the elements of a jco stream, if they need conversion. Lazy: nothing is read until the result is read. Plain
 * data is read in chunks. Elements that need conversion are read one at a time: they may be resources, and one that is
 * read ahead may never be consumed.
 */
export function convertStream(
  stream: unknown,
  element: Convert | undefined,
): AsyncIterable<unknown> {
  return element === undefined
    ? chunkedStream(readChunks(stream as JcoStream))
    : convertElements(stream, element);
}

/** Converts the elements of an iterable. Lazy: nothing is read until the result is read. */
export function convertElements(
  source: unknown,
  element: Convert,
): AsyncIterable<unknown> {
  const elements = source as AsyncIterable<unknown>;
  async function* converted(): AsyncGenerator {
    for await (const part of elements) yield element(part);
  }
  return {
    [Symbol.asyncIterator]: () =>
      withSourceCleanup(converted(), () =>
        elements[Symbol.asyncIterator]().return?.(),
      ),
  };
}

/**
 * Offers jco the numbers of a stream in chunks. jco accepts an array as several numbers, but holds back those that the
 * component has no room for until the source yields again, however long that takes. So unpatched output of jco 1.34
 * gets single numbers, and only output that `wit2ts transpile` has patched looks for the chunks. Synchronous iterables
 * are returned unchanged, because jco itself reads them ahead.
 */
export function chunkedForJco(stream: unknown): unknown {
  if (
    typeof stream !== "object" ||
    stream === null ||
    !(Symbol.asyncIterator in stream)
  )
    return stream;
  const source = stream as AsyncIterable<unknown>;
  return {
    [Symbol.asyncIterator]: () => source[Symbol.asyncIterator](),
    [chunksForJco]: () => withoutEmpty(chunksOf(source)),
  };
}

/** Omits empty chunks: jco counts one as an element, and may then answer a read of the component without elements. */
function withoutEmpty<T>(
  source: AsyncIterable<Chunk<T>>,
): AsyncIterable<Chunk<T>> {
  async function* chunks(): AsyncGenerator<Chunk<T>> {
    for await (const chunk of source) if (chunk.length > 0) yield chunk;
  }
  return withSourceCleanup(chunks(), () =>
    source[Symbol.asyncIterator]().return?.(),
  );
}

/**
 * The key under which patched output of jco looks for the chunks of a stream of numbers. `wit2ts transpile` writes the
 * same key into that output.
 */
const chunksForJco = Symbol.for("@wit2ts/runtime#chunksForJco");

/**
 * Converts the value of a future, if it needs conversion. Lazy: the future is not awaited until the result is. The
 * result can be chained. jco's own futures cannot: their `then` works with `await`, but drops the callback's return
 * value.
 */
export function convertFuture(
  future: unknown,
  convert: Convert | undefined,
): PromiseLike<unknown> {
  return {
    then(onFulfilled, onRejected) {
      const value = Promise.resolve(future as PromiseLike<unknown>);
      return (convert === undefined ? value : value.then(convert)).then(
        onFulfilled,
        onRejected,
      );
    },
  };
}
