/** Returns a buffer of at least `minimum` bytes. The writer copies the bytes written so far into it. */
export type Grow = (minimum: number) => Uint8Array;

const encoder = new TextEncoder();

/** Writes into a buffer, and replaces it with a larger one when it is full. Numbers are little-endian. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;
  readonly #grow: Grow;

  /**
   * @param bytes - the initial buffer.
   * @param grow - called for a larger buffer when the current one is full.
   */
  constructor(bytes: Uint8Array, grow: Grow) {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
    this.#grow = grow;
  }

  /** The number of bytes written. */
  get length(): number {
    return this.#length;
  }

  /** The current buffer. Its first {@link length} bytes are the encoded data. */
  get buffer(): Uint8Array {
    return this.#bytes;
  }

  /** Discards what was written and keeps the buffer for reuse. */
  clear(): void {
    this.#length = 0;
  }

  #reserve(size: number): number {
    const at = this.#length;
    const end = at + size;
    if (end > this.#bytes.length) {
      const larger = this.#grow(Math.max(end, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
      this.#view = viewOf(larger);
    }
    this.#length = end;
    return at;
  }

  u8(value: number): void {
    const at = this.#reserve(1);
    this.#bytes[at] = value;
  }

  u16(value: number): void {
    const at = this.#reserve(2);
    this.#view.setUint16(at, value, true);
  }

  u32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value, true);
  }

  u64(value: bigint): void {
    const at = this.#reserve(8);
    this.#view.setBigUint64(at, value, true);
  }

  f32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setFloat32(at, value, true);
  }

  f64(value: number): void {
    const at = this.#reserve(8);
    this.#view.setFloat64(at, value, true);
  }

  /** Writes the bytes without a length prefix. */
  raw(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** Writes UTF-8, prefixed with its length in bytes. A lone surrogate becomes U+FFFD, as at a component boundary. */
  string(value: string): void {
    // A UTF-16 code unit takes at most three bytes in UTF-8.
    const at = this.#reserve(4 + value.length * 3);
    const { written } = encoder.encodeInto(value, this.#bytes.subarray(at + 4));
    this.#view.setUint32(at, written, true);
    this.#length = at + 4 + written;
  }
}

/** Creates a writer that allocates its own buffers. */
export function byteWriter(): ByteWriter {
  return new ByteWriter(
    new Uint8Array(256),
    (minimum) => new Uint8Array(minimum),
  );
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
