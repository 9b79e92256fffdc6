/** Received bytes that have not been requested yet, in the pieces in which they arrived. */
export class ReceiveQueue {
  /** The number of queued bytes. */
  length = 0;
  /** The first piece. Kept apart from the others, because usually at most one is queued. */
  #first: Uint8Array | undefined = undefined;
  #others: Uint8Array[] | undefined = undefined;

  /** Takes ownership of a piece of one byte or more. */
  push(piece: Uint8Array): void {
    this.length += piece.length;
    if (this.#first === undefined) this.#first = piece;
    else (this.#others ??= []).push(piece);
  }

  /** Removes and returns up to `maxLength` bytes, owned by the caller; `undefined` if there are none. */
  shift(maxLength: number): Uint8Array | undefined {
    const first = this.#first;
    if (first === undefined) return undefined;
    if (first.length > maxLength) {
      // The two parts share an `ArrayBuffer`, but no byte of it.
      this.#first = first.subarray(maxLength);
      this.length -= maxLength;
      return first.subarray(0, maxLength);
    }
    this.#first = undefined;
    this.length -= first.length;
    if (this.#others !== undefined) {
      this.#first = this.#others.shift();
      if (this.#others.length === 0) this.#others = undefined;
    }
    return first;
  }

  clear(): void {
    this.length = 0;
    this.#first = undefined;
    this.#others = undefined;
  }
}
