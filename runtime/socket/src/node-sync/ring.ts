/**
 * A ring of bytes in shared memory, with one writer in one thread and one reader in another.
 *
 * Each side owns one counter, which only grows (and wraps around at 2^32, which is why differences are taken with
 * `| 0`), and reads the other's. A counter is moved after the bytes it stands for have been written or read, with
 * `Atomics`, which orders the two; so neither side ever waits for a lock.
 */

/** Where the two counters of a ring are: indexes into one `Int32Array` over shared memory. */
export interface RingCounters {
  readonly words: Int32Array;
  /** Bytes written so far; the writer's. */
  readonly head: number;
  /** Bytes read so far; the reader's. */
  readonly tail: number;
}

/**
 * From this many bytes on, copying is left to the system library. The engine copies to and from shared memory one word
 * at a time, and one byte at a time unless both ends are aligned alike: ten times slower.
 */
const LARGE_COPY = 256;

/** Copies the first `length` bytes of `source` to `target`, from `start` on. */
function copy(
  target: Buffer,
  start: number,
  source: Uint8Array,
  length: number,
): void {
  // With a pattern as long as what it fills, `fill` is one `memcpy`; `Buffer.copy` is none on Node 20.
  if (length >= LARGE_COPY) target.fill(source, start, start + length);
  else
    target.set(
      length === source.length ? source : source.subarray(0, length),
      start,
    );
}

/** The side of a ring that writes. */
export class RingWriter {
  readonly size: number;
  readonly #bytes: Uint8Array;
  /** The same bytes, with what Node can do with them. */
  readonly #buffer: Buffer;
  readonly #counters: RingCounters;
  readonly #mask: number;
  #head: number;

  /** @param bytes - the ring itself; its length is a power of two. */
  constructor(bytes: Uint8Array, counters: RingCounters) {
    checkSize(bytes.length);
    this.size = bytes.length;
    this.#bytes = bytes;
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#counters = counters;
    this.#mask = bytes.length - 1;
    this.#head = Atomics.load(counters.words, counters.head);
  }

  /** How many bytes can be written now. */
  get free(): number {
    const { words, tail } = this.#counters;
    return this.size - ((this.#head - Atomics.load(words, tail)) | 0);
  }

  /** Where the next byte goes, from 0 to the size of the ring. */
  get position(): number {
    return this.#head & this.#mask;
  }

  /** The free bytes that follow each other in memory, at most `limit` of them; empty when the ring is full. */
  view(limit: number): Uint8Array {
    const start = this.position;
    const end = Math.min(start + this.free, this.size, start + limit);
    return this.#bytes.subarray(start, end);
  }

  /** Hands the next `count` bytes, written into a {@link view}, to the reader. */
  advance(count: number): void {
    this.#head = (this.#head + count) | 0;
    Atomics.store(this.#counters.words, this.#counters.head, this.#head);
  }

  /** Writes as many leading bytes of `data` as there is room for, and returns how many. */
  write(data: Uint8Array): number {
    const count = Math.min(data.length, this.free);
    if (count === 0) return 0;
    const start = this.position;
    const first = Math.min(count, this.size - start);
    copy(this.#buffer, start, data, first);
    if (first < count)
      copy(this.#buffer, 0, data.subarray(first), count - first);
    this.advance(count);
    return count;
  }
}

/** The side of a ring that reads. */
export class RingReader {
  readonly size: number;
  readonly #bytes: Uint8Array;
  readonly #counters: RingCounters;
  readonly #mask: number;
  #tail: number;

  /** @param bytes - the ring itself; its length is a power of two. */
  constructor(bytes: Uint8Array, counters: RingCounters) {
    checkSize(bytes.length);
    this.size = bytes.length;
    this.#bytes = bytes;
    this.#counters = counters;
    this.#mask = bytes.length - 1;
    this.#tail = Atomics.load(counters.words, counters.tail);
  }

  /** How many bytes can be read now. */
  get length(): number {
    const { words, head } = this.#counters;
    return (Atomics.load(words, head) - this.#tail) | 0;
  }

  /** Whether there is nothing to read now; the next moment it may be otherwise. */
  isEmpty(): boolean {
    return this.length === 0;
  }

  /** The bytes to read that follow each other in memory, at most `limit` of them; empty when there are none. */
  view(limit: number): Uint8Array {
    const start = this.#tail & this.#mask;
    const end = Math.min(start + this.length, this.size, start + limit);
    return this.#bytes.subarray(start, end);
  }

  /** Gives the next `count` bytes back to the writer. */
  advance(count: number): void {
    this.#tail = (this.#tail + count) | 0;
    Atomics.store(this.#counters.words, this.#counters.tail, this.#tail);
  }

  /** Reads at most `limit` bytes into memory of the caller's own. */
  read(limit: number): Uint8Array {
    const count = Math.min(limit, this.length);
    const start = this.#tail & this.#mask;
    const first = Math.min(count, this.size - start);
    if (count < LARGE_COPY && first === count) {
      const data = this.#bytes.slice(start, start + count);
      this.advance(count);
      return data;
    }
    // Not filled with zeros first, and never a part of memory that others see too.
    const data = Buffer.allocUnsafeSlow(count);
    copy(data, 0, this.#bytes.subarray(start, start + first), first);
    if (first < count)
      copy(data, first, this.#bytes.subarray(0, count - first), count - first);
    this.advance(count);
    return new Uint8Array(data.buffer, 0, count);
  }
}

function checkSize(size: number): void {
  if (size < 1 || (size & (size - 1)) !== 0) {
    throw new RangeError(
      `The size of a ring is a power of two, not ${String(size)}.`,
    );
  }
}
