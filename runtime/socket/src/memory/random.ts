/**
 * A seeded pseudorandom number generator: the same seed leads to the same sequence on every machine. It is not
 * cryptographically secure.
 *
 * The algorithm is `mulberry32`, a 32-bit counter with a mixing function.
 */
export class Random {
  #state: number;

  /** @throws RangeError - if the seed is not a finite number: all such seeds would lead to the same sequence. */
  constructor(seed: number) {
    if (!Number.isFinite(seed))
      throw new RangeError(`seed must be a number, not ${String(seed)}`);
    this.#state = seed >>> 0;
  }

  /** Returns the next number, at least 0 and less than 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** Decides whether an event of this probability happens. A probability of 0 or 1 consumes no random number. */
  happens(probability: number): boolean {
    if (probability <= 0) return false;
    if (probability >= 1) return true;
    return this.next() < probability;
  }
}
