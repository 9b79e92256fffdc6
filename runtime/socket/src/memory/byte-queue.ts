/** A FIFO queue of bytes: chunks are pushed, and any number of bytes is taken. */
export class ByteQueue {
  readonly #chunks: Uint8Array[] = [];
  /** The index of the first chunk that is not completely taken. */
  #head = 0;
  /** The number of bytes already taken from that chunk. */
  #offset = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Adds a chunk. The queue takes ownership of it. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** Takes up to `maxLength` bytes, owned by the caller. */
  take(maxLength: number): Uint8Array {
    const length = Math.min(maxLength, this.#length);
    const first = this.#chunks[this.#head];
    if (first !== undefined && this.#offset === 0 && first.length === length) {
      this.#length -= length;
      this.#dropFirst();
      return first;
    }
    const taken = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const chunk = this.#chunks[this.#head];
      if (chunk === undefined) break;
      const part = chunk.subarray(this.#offset, this.#offset + length - filled);
      taken.set(part, filled);
      filled += part.length;
      this.#offset += part.length;
      if (this.#offset === chunk.length) this.#dropFirst();
    }
    this.#length -= filled;
    return taken;
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#head = 0;
    this.#offset = 0;
    this.#length = 0;
  }

  #dropFirst(): void {
    this.#head++;
    this.#offset = 0;
    // Compact the array only occasionally: doing it for every chunk would take quadratic time.
    if (this.#head >= 64 || this.#head === this.#chunks.length) {
      this.#chunks.splice(0, this.#head);
      this.#head = 0;
    }
  }
}
