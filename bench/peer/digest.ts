/** The digest that the far end computes: four independent sums over 32-bit words, cheap enough to run beside a transfer. */
export class Digest {
  readonly #sums = new Uint32Array(4);
  #rest: Buffer = Buffer.alloc(0);

  update(data: Uint8Array): void {
    const bytes =
      this.#rest.length === 0
        ? Buffer.from(data.buffer, data.byteOffset, data.length)
        : Buffer.concat([this.#rest, data]);
    const whole = bytes.length & ~15;
    let [one, two, three, four] = this.#sums as unknown as [
      number,
      number,
      number,
      number,
    ];
    for (let index = 0; index < whole; index += 16) {
      one = Math.imul(one ^ bytes.readInt32LE(index), 0x9e3779b1);
      two = Math.imul(two ^ bytes.readInt32LE(index + 4), 0x9e3779b1);
      three = Math.imul(three ^ bytes.readInt32LE(index + 8), 0x9e3779b1);
      four = Math.imul(four ^ bytes.readInt32LE(index + 12), 0x9e3779b1);
    }
    this.#sums.set([one, two, three, four]);
    this.#rest = Buffer.from(bytes.subarray(whole));
  }

  /** The sums, little-endian. */
  bytes(): Buffer {
    const bytes = Buffer.alloc(16);
    this.#sums.forEach((sum, lane) => bytes.writeUInt32LE(sum, lane * 4));
    return bytes;
  }
}
