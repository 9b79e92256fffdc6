/**
 * A stream of the component model transfers as many elements at once as the writer offers and the reader has room for.
 * An `AsyncIterable` yields one element at a time. Chunks bridge the two: they are read and written whole, and split
 * only for a consumer that iterates over single elements.
 */

/** The maximum length of a chunk that is gathered or read here. It limits how far a stream is read ahead. */
const maxChunkLength = 16_384;

/** The number of microtasks to wait for the next element before the current chunk is yielded without it. */
const maxMicrotasks = 8;

/**
 * The key of a method that returns the elements of a stream in chunks. A consumer either calls it or iterates over the
 * stream, not both.
 */
export const chunks: unique symbol = Symbol.for("@wit2ts/runtime#chunks");

/** Consecutive elements of a stream. */
export type Chunk<T> = ArrayLike<T> & Iterable<T>;

/** A stream whose elements are also available in chunks. */
export interface ChunkedStream<T> extends AsyncIterable<T> {
  [chunks](): AsyncIterable<Chunk<T>>;
}

/** Converts a stream of chunks to a stream of elements. Lazy: nothing is read until the result is read. */
export function chunkedStream<T>(
  source: AsyncIterable<Chunk<T>>,
): ChunkedStream<T> {
  return {
    [chunks]: () => source,
    [Symbol.asyncIterator]: () =>
      withSourceCleanup(split(source), () =>
        source[Symbol.asyncIterator]().return?.(),
      ),
  };
}

async function* split<T>(source: AsyncIterable<Chunk<T>>): AsyncGenerator<T> {
  for await (const chunk of source) yield* chunk;
}

/**
 * Returns the elements of a stream in chunks: the stream's own chunks, if it has them, or else chunks that are gathered
 * from single elements. Gathering works for numbers only, because an element that is an array is taken for a chunk.
 */
export function chunksOf<T>(stream: AsyncIterable<T>): AsyncIterable<Chunk<T>> {
  if (chunks in stream) return (stream as ChunkedStream<T>)[chunks]();
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = stream[Symbol.asyncIterator]();
      return withSourceCleanup(gather(iterator), () => iterator.return?.());
    },
  };
}

/**
 * Gathers into one chunk the elements that an iterator yields without waiting for anything but settled promises. An
 * element that is itself a chunk, as in a `ReadableStream` of bytes, is yielded as it is.
 */
async function* gather<T>(
  iterator: AsyncIterator<T, unknown>,
): AsyncGenerator<Chunk<T>> {
  let next: Promise<IteratorResult<T, unknown>> | undefined;
  // Whether `next` was still pending when the chunk was yielded.
  let waits = false;
  // `return` is not called on an iterator that has ended or failed.
  let isOver = false;
  try {
    for (;;) {
      isOver = true;
      const first = await (next ?? iterator.next());
      if (first.done === true) return;
      isOver = false;
      waits = false;
      next = undefined;
      const { value } = first;
      if (isChunk<T>(value)) {
        yield value;
        continue;
      }
      const chunk = [value];
      while (chunk.length < maxChunkLength) {
        next = requestNext(iterator);
        const result = await settledSoon(next);
        waits = result === undefined;
        if (result === undefined || result.done === true) break;
        if (isChunk(result.value)) break;
        chunk.push(result.value);
        next = undefined;
      }
      yield chunk;
    }
  } finally {
    if (!isOver) {
      const returned = Promise.resolve(iterator.return?.());
      // A generator returns only after the element that it is asked for. Whoever stops early must not wait for that.
      if (waits) returned.catch(() => {});
      else await returned;
    }
  }
}

/**
 * Calls `next`. As in a `for await` loop, it may return a result instead of a promise, and what it throws follows the
 * elements that it has returned before.
 */
function requestNext<T>(
  iterator: AsyncIterator<T, unknown>,
): Promise<IteratorResult<T, unknown>> {
  try {
    return Promise.resolve(iterator.next());
  } catch (exception) {
    return Promise.reject(exception);
  }
}

/**
 * Returns the value of a promise that is fulfilled within {@link maxMicrotasks} microtasks, otherwise `undefined`. A
 * rejection is ignored here, and surfaces where the promise is awaited next.
 */
async function settledSoon<T>(promise: Promise<T>): Promise<T | undefined> {
  let settled: { value: T } | "rejected" | undefined;
  void promise.then(
    (value) => {
      settled = { value };
    },
    () => {
      settled = "rejected";
    },
  );
  for (let turn = 0; turn < maxMicrotasks && settled === undefined; turn++)
    await Promise.resolve();
  return typeof settled === "object" ? settled.value : undefined;
}

function isChunk<T>(value: unknown): value is Chunk<T> {
  return (
    Array.isArray(value) ||
    (ArrayBuffer.isView(value) && !(value instanceof DataView))
  );
}

/** jco's object for the readable end of a stream that a component writes to. */
export interface JcoStream extends AsyncIterable<unknown> {
  /** Reads at least one element and at most `count`, as an array or a typed array. */
  read?(count: number): Promise<IteratorResult<Chunk<unknown>, unknown>>;
  return?(): Promise<unknown>;
}

/**
 * Returns the elements of a jco stream in chunks, as the component writes them. The elements must be plain data: those
 * that are read ahead may never be consumed, so a resource among them would never be disposed of.
 */
export function readChunks(stream: JcoStream): AsyncIterable<Chunk<unknown>> {
  return withSourceCleanup(chunksFrom(stream), () => stream.return?.());
}

async function* chunksFrom(stream: JcoStream): AsyncGenerator<Chunk<unknown>> {
  if (stream.read === undefined) {
    for await (const element of stream) yield [element];
    return;
  }
  let isOver = false;
  try {
    for (;;) {
      isOver = true;
      const { done, value } = await stream.read(maxChunkLength);
      if (done === true) return;
      isOver = false;
      yield value;
    }
  } finally {
    if (!isOver) await stream.return?.();
  }
}

/**
 * Makes `return` end the source of a generator even before the first call of `next`. A generator that has not started
 * does not run its `finally` block, and the component at the other end of the stream would keep waiting.
 *
 * @param end - ends the source.
 */
export function withSourceCleanup<T>(
  generator: AsyncGenerator<T>,
  end: () => unknown,
): AsyncIterableIterator<T> {
  let isStarted = false;
  return {
    next: () => {
      isStarted = true;
      return generator.next();
    },
    return: async () => {
      if (!isStarted) await end();
      isStarted = true;
      return generator.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
