/**
 * Returns bytes that are determined by a seed and cannot be confused with shifted, repeated or swapped ones.
 *
 * @param length - the number of bytes.
 * @param seed - any number. It is converted to a 32-bit integer; another integer leads to other bytes.
 * @returns a new array.
 */
export function pattern(length: number, seed: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  // `xorshift32`; its state must not be 0.
  let state = (seed ^ 0x9e37_79b9) | 0 || 1;
  for (let index = 0; index < length; index++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[index] = state >>> 11;
  }
  return bytes;
}

/** A running digest of a stream of bytes. It depends on their order, but not on how they are split into chunks. */
export class Digest {
  #length = 0;
  #low = 0x811c_9dc5;
  #high = 0x0100_0193;

  /** The number of bytes added. */
  get length(): number {
    return this.#length;
  }

  /** Adds the next bytes. */
  add(bytes: Uint8Array): this {
    let low = this.#low;
    let high = this.#high;
    for (const byte of bytes) {
      // Two variants of FNV-1a with different multipliers, 64 bits in total.
      low = Math.imul(low ^ byte, 0x0100_0193);
      high = Math.imul(high ^ byte, 0x01b3_9a2d) ^ (low >>> 15);
    }
    this.#low = low;
    this.#high = high;
    this.#length += bytes.length;
    return this;
  }

  /** Returns the length and the digest as text. */
  toString(): string {
    const hexadecimal = (word: number): string =>
      (word >>> 0).toString(16).padStart(8, "0");
    return `${String(this.#length)}:${hexadecimal(this.#high)}${hexadecimal(this.#low)}`;
  }
}

/**
 * Returns the digest of the bytes of {@link pattern}.
 *
 * @param length - the number of bytes.
 * @param seed - the seed of the pattern.
 * @returns a text that peers can send and compare.
 */
export function patternDigest(length: number, seed: number): string {
  return new Digest().add(pattern(length, seed)).toString();
}
