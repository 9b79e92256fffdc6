/**
 * A stream of the component model passes on as many elements at once as both ends have; an `AsyncIterable` passes on one. Chunks bridge the
 * two: they are read and written whole, and split only for a reader that asks for single elements.
 */

/** The most elements that are taken from a stream before somebody asks for them. */
const largestChunk = 16_384;

/** How many microtasks an iterable has to yield its next element, if the element is to join the same chunk. */
const patience = 8;

/** The key of a method that returns the elements of a stream in chunks. A reader either calls it or iterates the stream. */
export const chunks: unique symbol = Symbol.for("@wit2ts/runtime#chunks");

/** Consecutive elements of a stream. */
export type Chunk<T> = ArrayLike<T> & Iterable<T>;

/** A stream whose elements are also available in chunks. */
export interface ChunkedStream<T> extends AsyncIterable<T> {
  [chunks](): AsyncIterable<Chunk<T>>;
}

/** Converts a stream of chunks to one of elements. Nothing is read before somebody reads the result. */
export function chunkedStream<T>(
  source: AsyncIterable<Chunk<T>>,
): ChunkedStream<T> {
  return {
    [chunks]: () => source,
    [Symbol.asyncIterator]: () =>
      endingWith(split(source), () =>
        source[Symbol.asyncIterator]().return?.(),
      ),
  };
}

async function* split<T>(source: AsyncIterable<Chunk<T>>): AsyncGenerator<T> {
  for await (const chunk of source) yield* chunk;
}

/** Returns the elements of a stream in chunks, as large as they come. Where it is given none, they are gathered: of numbers only. */
export function chunksOf<T>(stream: AsyncIterable<T>): AsyncIterable<Chunk<T>> {
  if (chunks in stream) return (stream as ChunkedStream<T>)[chunks]();
  return {
    [Symbol.asyncIterator]: () => {
      const iterator = stream[Symbol.asyncIterator]();
      return endingWith(gather(iterator), () => iterator.return?.());
    },
  };
}

/**
 * Gathers in one chunk the elements that an iterator yields without waiting for anything but settled promises. An element that is a chunk
 * itself, as in a `ReadableStream` of bytes, stays one.
 */
async function* gather<T>(
  iterator: AsyncIterator<T, unknown>,
): AsyncGenerator<Chunk<T>> {
  let next: Promise<IteratorResult<T, unknown>> | undefined;
  // `return` is not called on an iterator that has ended or failed.
  let isOver = false;
  try {
    for (;;) {
      isOver = true;
      const first = await (next ?? iterator.next());
      if (first.done === true) return;
      isOver = false;
      next = undefined;
      const { value } = first;
      if (isChunk<T>(value)) {
        yield value;
        continue;
      }
      const chunk = [value];
      while (chunk.length < largestChunk) {
        next = iterator.next();
        const result = await atOnce(next);
        if (result === undefined || result.done === true) break;
        if (isChunk(result.value)) break;
        chunk.push(result.value);
        next = undefined;
      }
      yield chunk;
    }
  } finally {
    if (!isOver) await iterator.return?.();
  }
}

/** Returns the value of a promise that is fulfilled shortly; otherwise undefined. A rejection is left to whoever awaits the promise next. */
async function atOnce<T>(promise: Promise<T>): Promise<T | undefined> {
  let settled: { value: T } | "rejected" | undefined;
  void promise.then(
    (value) => {
      settled = { value };
    },
    () => {
      settled = "rejected";
    },
  );
  for (let turn = 0; turn < patience && settled === undefined; turn++)
    await Promise.resolve();
  return typeof settled === "object" ? settled.value : undefined;
}

function isChunk<T>(value: unknown): value is Chunk<T> {
  return (
    Array.isArray(value) ||
    (ArrayBuffer.isView(value) && !(value instanceof DataView))
  );
}

/** A stream as jco makes it, for the end that a component writes to. */
export interface JcoStream extends AsyncIterable<unknown> {
  /** Reads at least one element and at most that many, as an array or a typed array. */
  read?(count: number): Promise<IteratorResult<Chunk<unknown>, unknown>>;
  return?(): Promise<unknown>;
}

/**
 * Returns the elements of a stream of jco's in chunks, as the component writes them. The elements must be data: those that are read ahead
 * may never be asked for.
 */
export function readChunks(stream: JcoStream): AsyncIterable<Chunk<unknown>> {
  return endingWith(chunksFrom(stream), () => stream.return?.());
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
      const { done, value } = await stream.read(largestChunk);
      if (done === true) return;
      isOver = false;
      yield value;
    }
  } finally {
    if (!isOver) await stream.return?.();
  }
}

/**
 * Makes a generator end its source even if nobody has begun to read: a generator that has not started has nothing to clean up, but the
 * component at the other end of the stream waits.
 *
 * @param end - ends the source.
 */
export function endingWith<T>(
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
