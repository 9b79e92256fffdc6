import {
  chunkedStream,
  chunksOf,
  endingWith,
  type JcoStream,
  readChunks,
} from "./chunks.js";
import type { Convert } from "./convert-resources.js";

/**
 * Converts the elements of a stream of jco's, if there is anything to convert. Nothing is read before somebody reads the result. Data is read in
 * chunks. Elements that have to be converted are read one at a time: they may be resources, and one that is read ahead may never be asked for.
 */
export function convertStream(
  stream: unknown,
  element: Convert | undefined,
): AsyncIterable<unknown> {
  return element === undefined
    ? chunkedStream(readChunks(stream as JcoStream))
    : convertElements(stream, element);
}

/** Converts the elements of an iterable. Nothing is read before somebody reads the result. */
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
      endingWith(converted(), () =>
        elements[Symbol.asyncIterator]().return?.(),
      ),
  };
}

/**
 * Offers jco the numbers of a stream in chunks. jco takes an array for several numbers, but holds back what a component has no room for until
 * the source yields again, however long that takes. So the code that jco 1.34 writes finds single numbers, and only code that
 * `wit2ts transpile` has mended looks for the chunks. Synchronous iterables are left alone: jco reads them ahead by itself.
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

/** The key that mended code of jco's looks for in a stream of numbers. `wit2ts transpile` writes the same. */
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
