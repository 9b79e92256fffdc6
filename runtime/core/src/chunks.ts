/**
 * Streams of the component model hand over as many elements at once as both ends have; an `AsyncIterable` hands over one. Chunks bridge that:
 * they are read and written as they are, and taken apart only for who asks for single elements.
 */

/** The most elements that are taken from a stream before somebody has asked for them. */
const largestChunk = 16_384;

/** How many microtasks an iterable has for its next element, if that is to be part of the same chunk. */
const patience = 8;

/** Under this symbol a stream has a method that returns its elements in chunks. Either that is used, or the stream iterated. */
export const chunks: unique symbol = Symbol.for("@wit2ts/runtime#chunks");

/** Some elements of a stream, one after the other. */
export type Chunk<T> = ArrayLike<T> & Iterable<T>;

/** A stream whose elements can be had in chunks as well. */
export interface ChunkedStream<T> extends AsyncIterable<T> {
  [chunks](): AsyncIterable<Chunk<T>>;
}

/** Makes a stream of elements of one of chunks. Nothing is read before somebody asks. */
export function chunkedStream<T>(
  source: AsyncIterable<Chunk<T>>,
): ChunkedStream<T> {
  return {
    [chunks]: () => source,
    async *[Symbol.asyncIterator]() {
      for await (const chunk of source) yield* chunk;
    },
  };
}

/** The elements of a stream in chunks, as large as they come. */
export function chunksOf<T>(stream: AsyncIterable<T>): AsyncIterable<Chunk<T>> {
  return chunks in stream
    ? (stream as ChunkedStream<T>)[chunks]()
    : { [Symbol.asyncIterator]: () => gather(stream) };
}

/**
 * Puts those elements of an iterable in one chunk that it gives without waiting for anything but promises that are settled already. An element
 * that is a chunk itself, as in a `ReadableStream` of bytes, stays one.
 */
async function* gather<T>(source: AsyncIterable<T>): AsyncGenerator<Chunk<T>> {
  const iterator = source[Symbol.asyncIterator]();
  let next: Promise<IteratorResult<T, unknown>> | undefined;
  // An iterator that has ended, or failed, is not to be told that nobody wants more of it.
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

/** What a promise is fulfilled with, if it is before long; one that rejects is left to who waits for it next. */
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

/** A stream as jco makes it, of the end that a component writes to. */
interface JcoStream extends AsyncIterable<unknown> {
  /** Reads at least one element and at most that many, in an array or a typed array. */
  read?(count: number): Promise<IteratorResult<Chunk<unknown>, unknown>>;
  return?(): Promise<unknown>;
}

/**
 * The elements of a stream of jco's in chunks, as the component writes them. They must be data: what is read ahead may never be asked
 * for.
 */
export async function* readChunks(
  stream: JcoStream,
): AsyncGenerator<Chunk<unknown>> {
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
