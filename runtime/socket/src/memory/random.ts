/**
 * A seeded generator of numbers: the same seed gives the same row on every machine. Not for secrets.
 *
 * It is `mulberry32`, a 32-bit counter behind a mixing function.
 */
export class Random {
  #state: number;

  /** @throws RangeError for a seed that is no number: they would all be the same one. */
  constructor(seed: number) {
    if (!Number.isFinite(seed))
      throw new RangeError(`seed must be a number, not ${String(seed)}`);
    this.#state = seed >>> 0;
  }

  /** The next number, at least 0 and less than 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** Whether something of this probability happens. Certain and impossible things draw no number. */
  happens(probability: number): boolean {
    if (probability <= 0) return false;
    if (probability >= 1) return true;
    return this.next() < probability;
  }
}
