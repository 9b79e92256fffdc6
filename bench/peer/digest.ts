/** The number of bytes that are summed together. */
const segmentLength = 4_096;

/**
 * The digest that the peer computes. Each segment of 4 KiB has two sums over its 32-bit words in four lanes, the second
 * of which weights each word by its position. The segments are combined by multiplications that depend on their order.
 * C compilers vectorize it, so its cost is negligible compared to the transfer.
 */
export class Digest {
  readonly #state = new Uint32Array(4);
  #rest: Buffer = Buffer.alloc(0);

  update(data: Uint8Array): void {
    const bytes =
      this.#rest.length === 0
        ? Buffer.from(data.buffer, data.byteOffset, data.length)
        : Buffer.concat([this.#rest, data]);
    const whole = bytes.length - (bytes.length % segmentLength);
    for (let start = 0; start < whole; start += segmentLength)
      for (let lane = 0; lane < 4; lane++) this.#mix(bytes, start, lane);
    this.#rest = Buffer.from(bytes.subarray(whole));
  }

  #mix(bytes: Buffer, start: number, lane: number): void {
    let sum = 0;
    let weighted = 0;
    const end = start + segmentLength;
    for (let index = start + 4 * lane; index < end; index += 16) {
      sum = (sum + bytes.readInt32LE(index)) | 0;
      weighted = (weighted + sum) | 0;
    }
    const mixed = Math.imul((this.#state[lane] ?? 0) ^ sum, 0x9e3779b1);
    this.#state[lane] = Math.imul(mixed ^ weighted, 0x9e3779b1);
  }

  /** The digest of all complete segments, little-endian. */
  bytes(): Buffer {
    const bytes = Buffer.alloc(16);
    this.#state.forEach((word, lane) => bytes.writeUInt32LE(word, lane * 4));
    return bytes;
  }
}
