import { chunkedStream, chunksOf, readChunks } from "./chunks.js";
import type { Convert } from "./convert-resources.js";

/**
 * A stream of jco's, whose elements are changed, if at all. Nothing is read before the result is. Data is read in chunks; of what has to be
 * changed one element at a time, for it may be a resource, and what is read ahead of who asks for it might never be asked for.
 */
export function convertStream(
  stream: unknown,
  element: Convert | undefined,
): AsyncIterable<unknown> {
  const source = stream as AsyncIterable<unknown>;
  return element === undefined
    ? chunkedStream(readChunks(source))
    : convertElements(source, element);
}

/** An iterable whose elements are changed. Nothing is read before the result is. */
export function convertElements(
  source: unknown,
  element: Convert,
): AsyncIterable<unknown> {
  return {
    async *[Symbol.asyncIterator]() {
      for await (const part of source as AsyncIterable<unknown>)
        yield element(part);
    },
  };
}

/**
 * A stream of numbers for jco, which takes several at once where an iterable gives an array of them. But it keeps what a component has no room
 * for until there is more, however long that takes. So what jco 1.34 writes finds single numbers, and only what `wit2ts transpile` has
 * mended looks for chunks. A synchronous iterable it reads ahead by itself.
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
    [chunksForJco]: () => chunksOf(source),
  };
}

/** What mended code of jco's looks for in a stream of numbers; `wit2ts transpile` writes the same. */
const chunksForJco = Symbol.for("@wit2ts/runtime#chunksForJco");

/**
 * A future whose value is changed, if at all. Nobody asks for that before the result is asked. It can be chained, which jco's own cannot:
 * their `then` is good for `await`, and loses what the callback returns.
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
