/**
 * A ring buffer of bytes in shared memory, with one writer in one thread and one reader in another.
 *
 * Each side owns one counter, which only grows (and wraps around at 2^32, which is why differences are computed with
 * `| 0`), and reads the other side's counter. A side advances its counter after it has written or read the bytes that the
 * counter covers. It does so with `Atomics`, which orders the two accesses, so the ring needs no lock.
 */

/** The locations of the two counters of a ring: indexes into one `Int32Array` over shared memory. */
export interface RingCounters {
  readonly words: Int32Array;
  /** Number of bytes written so far; owned by the writer. */
  readonly head: number;
  /** Number of bytes read so far; owned by the reader. */
  readonly tail: number;
}

/**
 * From this many bytes on, copies use `memcpy`. V8 itself copies to and from shared memory one word at a time, or one byte
 * at a time if source and target are aligned differently, which is ten times slower.
 */
const LARGE_COPY = 256;

/** Copies the first `length` bytes of `source` to `target`, from `start` on. */
function copy(
  target: Buffer,
  start: number,
  source: Uint8Array,
  length: number,
): void {
  // If the pattern is as long as the range to fill, `fill` is a single `memcpy`. On Node 20, `Buffer.copy` is not.
  if (length >= LARGE_COPY) target.fill(source, start, start + length);
  else
    target.set(
      length === source.length ? source : source.subarray(0, length),
      start,
    );
}

/** The writer's side of a ring. */
export class RingWriter {
  readonly size: number;
  readonly #bytes: Uint8Array;
  /** The same bytes, for the methods of `Buffer`. */
  readonly #buffer: Buffer;
  readonly #counters: RingCounters;
  readonly #mask: number;
  #head: number;

  /** @param bytes - the memory of the ring; its length is a power of two. */
  constructor(bytes: Uint8Array, counters: RingCounters) {
    checkSize(bytes.length);
    this.size = bytes.length;
    this.#bytes = bytes;
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#counters = counters;
    this.#mask = bytes.length - 1;
    this.#head = Atomics.load(counters.words, counters.head);
  }

  /** The number of bytes that can be written now. */
  get free(): number {
    const { words, tail } = this.#counters;
    return this.size - ((this.#head - Atomics.load(words, tail)) | 0);
  }

  /** The offset of the next byte to write: at least 0, and less than the size of the ring. */
  get position(): number {
    return this.#head & this.#mask;
  }

  /** Returns the free bytes that are contiguous in memory, at most `limit` of them; none if the ring is full. */
  view(limit: number): Uint8Array {
    const start = this.position;
    const end = Math.min(start + this.free, this.size, start + limit);
    return this.#bytes.subarray(start, end);
  }

  /** Makes the next `count` bytes, written into a {@link view}, available to the reader. */
  advance(count: number): void {
    this.#head = (this.#head + count) | 0;
    Atomics.store(this.#counters.words, this.#counters.head, this.#head);
  }

  /** Writes as many leading bytes of `data` as there is room for, and returns their number. */
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

/** The reader's side of a ring. */
export class RingReader {
  readonly size: number;
  readonly #bytes: Uint8Array;
  readonly #counters: RingCounters;
  readonly #mask: number;
  #tail: number;

  /** @param bytes - the memory of the ring; its length is a power of two. */
  constructor(bytes: Uint8Array, counters: RingCounters) {
    checkSize(bytes.length);
    this.size = bytes.length;
    this.#bytes = bytes;
    this.#counters = counters;
    this.#mask = bytes.length - 1;
    this.#tail = Atomics.load(counters.words, counters.tail);
  }

  /** The number of bytes that can be read now. */
  get length(): number {
    const { words, head } = this.#counters;
    return (Atomics.load(words, head) - this.#tail) | 0;
  }

  /** Whether there is nothing to read now. The writer may change that at any time. */
  isEmpty(): boolean {
    return this.length === 0;
  }

  /**
   * Returns the readable bytes that are contiguous in memory, at most `limit` of them; none if the ring is empty.
   *
   * @param skipped - the number of readable bytes before them.
   */
  view(limit: number, skipped = 0): Uint8Array {
    const start = (this.#tail + skipped) & this.#mask;
    const end = Math.min(
      start + this.length - skipped,
      this.size,
      start + limit,
    );
    return this.#bytes.subarray(start, end);
  }

  /** Frees the next `count` bytes for the writer. */
  advance(count: number): void {
    this.#tail = (this.#tail + count) | 0;
    Atomics.store(this.#counters.words, this.#counters.tail, this.#tail);
  }

  /** Reads at most `limit` bytes into newly allocated memory, owned by the caller. */
  read(limit: number): Uint8Array {
    const count = Math.min(limit, this.length);
    const start = this.#tail & this.#mask;
    const first = Math.min(count, this.size - start);
    if (count < LARGE_COPY && first === count) {
      const data = this.#bytes.slice(start, start + count);
      this.advance(count);
      return data;
    }
    // Not zero-filled, and not a part of Node's shared buffer pool.
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
