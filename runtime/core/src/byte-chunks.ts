import { chunkedStream, chunksOf } from "./chunks.js";

/**
 * Reads a `stream<u8>` in chunks instead of byte by byte. Of a component's stream, a chunk is what the component writes at once, at most
 * 16,384 bytes; of any other iterable, what comes without a wait.
 *
 * @param stream - the stream, which is read from the time that the result is. Whoever stops early ends it, and loses what was read ahead.
 * @returns the bytes, in arrays that belong to the caller and are never empty. It rejects with what the stream does.
 */
export async function* toByteChunks(
  stream: AsyncIterable<number>,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  for await (const chunk of chunksOf(stream))
    if (chunk.length > 0) yield Uint8Array.from(chunk);
}

/**
 * Makes a `stream<u8>` of chunks, such as those of a `ReadableStream`. A component gets a chunk at once, as far as it has asked for that
 * many bytes.
 *
 * @param chunks - the bytes; they are read from the time that the stream is, and must not change until the next chunk is asked for.
 * @returns the stream, which rejects with what the chunks do. It can be read once, if they can.
 */
export function fromByteChunks(
  chunks: AsyncIterable<Uint8Array>,
): AsyncIterable<number> {
  return chunkedStream(chunks);
}
