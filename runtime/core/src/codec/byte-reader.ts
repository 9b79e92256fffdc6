const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Decodes what a `ByteWriter` has encoded. The returned values are copies. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The number of unread bytes. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  #take(size: number): number {
    const at = this.#at;
    if (size > this.#bytes.length - at) {
      throw new RangeError(
        `the encoded value ends after ${this.#bytes.length} bytes, in the middle of something`,
      );
    }
    this.#at = at + size;
    return at;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  f32(): number {
    return this.#view.getFloat32(this.#take(4), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  /** Returns a copy of the next `size` bytes in a new buffer. */
  raw(size: number): Uint8Array<ArrayBuffer> {
    const at = this.#take(size);
    const copy = new Uint8Array(size);
    copy.set(this.#bytes.subarray(at, at + size));
    return copy;
  }

  string(): string {
    const size = this.u32();
    const at = this.#take(size);
    return decoder.decode(this.#bytes.subarray(at, at + size));
  }
}
