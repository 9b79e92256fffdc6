import { chunkedStream, chunksOf, withSourceCleanup } from "./chunks.js";

/**
 * Reads a `stream<u8>` in chunks instead of byte by byte.
 *
 * - From a component's stream, a chunk contains the bytes that the component writes at once, at most 16,384.
 * - From a stream of {@link fromByteChunks}, a chunk is a copy of one of the given chunks.
 * - From any other iterable, a chunk contains the bytes that are yielded without waiting for anything but settled
 *   promises, at most 16,384.
 *
 * @param stream - the stream. Reading starts when the first chunk is requested. Stopping early ends the stream, and
 * bytes that were read ahead are lost.
 * @returns the chunks. Each has at least one byte and is owned by the caller. Rejects with the error that the stream
 * rejects with.
 */
export function toByteChunks(
  stream: AsyncIterable<number>,
): AsyncIterableIterator<Uint8Array<ArrayBuffer>> {
  const source = chunksOf(stream);
  return withSourceCleanup(copied(source), () =>
    source[Symbol.asyncIterator]().return?.(),
  );
}

async function* copied(
  source: AsyncIterable<ArrayLike<number> & Iterable<number>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const chunk of source)
    if (chunk.length > 0) yield Uint8Array.from(chunk);
}

/**
 * Converts chunks of bytes, such as those of a `ReadableStream`, to a `stream<u8>`. A component that was transpiled by
 * `wit2ts transpile` receives as much of a chunk at once as it has room for.
 *
 * @param chunks - the bytes. A chunk must not change until the next one is requested.
 * @returns the stream, which can be read as often as the chunks can. Rejects with the error that the chunks reject
 * with.
 */
export function fromByteChunks(
  chunks: AsyncIterable<Uint8Array>,
): AsyncIterable<number> {
  return chunkedStream(chunks);
}
