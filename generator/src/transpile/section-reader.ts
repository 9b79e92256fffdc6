/** The bytes do not conform to the binary format of components. */
export class ComponentFormatError extends Error {
  override readonly name = "ComponentFormatError";
}

/** Reads the primitives that the sections of a WebAssembly binary consist of. */
export class SectionReader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, start = 0) {
    this.#bytes = bytes;
    this.#at = start;
  }

  get position(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** One byte. @throws {@link ComponentFormatError} at the end. */
  byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new ComponentFormatError("it is cut off");
    this.#at++;
    return byte;
  }

  /** An unsigned number of up to 32 bits in LEB128. @throws {@link ComponentFormatError} for one that is longer. */
  unsigned(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new ComponentFormatError("it has a number that is too long");
  }

  /** A view of the next bytes. @throws {@link ComponentFormatError} if there are fewer. */
  take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length)
      throw new ComponentFormatError("it is cut off");
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}
