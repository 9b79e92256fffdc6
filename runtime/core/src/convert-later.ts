import type { Convert } from "./convert-resources.js";

/**
 * A stream whose elements are changed. Nothing is read before the result is.
 *
 * @param flattens - whether typed arrays in it stand for their numbers: jco gives those for what a component has written, and single
 * numbers for what it hands on.
 */
export function convertStream(
  stream: unknown,
  element: Convert | undefined,
  flattens: boolean,
): AsyncIterable<unknown> {
  return {
    async *[Symbol.asyncIterator]() {
      for await (const part of stream as AsyncIterable<unknown>) {
        if (flattens && ArrayBuffer.isView(part))
          yield* part as unknown as Iterable<unknown>;
        else yield element === undefined ? part : element(part);
      }
    },
  };
}

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
