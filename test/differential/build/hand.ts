import type { Random } from "../../support/random.js";

/** The separator of tokens until the text is complete. It is replaced by white space and comments at the end. */
export const gap = "\u0001";

/** Joins non-empty tokens. */
export function tokens(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(gap);
}

/** Makes the random decisions while a text is built, and limits the number of deliberate mistakes. */
export class Hand {
  readonly random: Random;
  /** The names of the mistakes made so far. */
  readonly mistakes: string[] = [];
  readonly #wanted: number;
  #left: number;
  /** Whether to write WIT that the parser accepts although no component can have it. */
  readonly isOdd: boolean;

  constructor(random: Random, mistakes: number) {
    this.random = random;
    this.#wanted = mistakes;
    this.#left = mistakes;
    this.isOdd = random.below(4) === 0;
  }

  /**
   * Whether to make a mistake on which the reference parser crashes, and with it the process. This is only done if
   * several mistakes are requested, which tests never do.
   */
  crash(name: string, inTimes: number): boolean {
    return this.#wanted > 1 && this.slip(name, inTimes);
  }

  /** Returns true with a probability of 1 in `inTimes`. */
  once(inTimes: number): boolean {
    return this.random.below(inTimes) === 0;
  }

  /** Whether to make a mistake here. Never true once the requested number is reached. */
  slip(name: string, inTimes = 12): boolean {
    if (this.#left === 0 || !this.once(inTimes)) return false;
    this.#left--;
    this.mistakes.push(name);
    return true;
  }

  /** An integer from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.random.below(high - low + 1);
  }

  /** The same values in random order. */
  shuffled<T>(values: readonly T[]): T[] {
    const rest = [...values];
    for (let index = rest.length - 1; index > 0; index--) {
      const other = this.random.below(index + 1);
      const held = rest[index] as T;
      rest[index] = rest[other] as T;
      rest[other] = held;
    }
    return rest;
  }

  /** Up to `most` of the values, in random order. */
  some<T>(values: readonly T[], most: number): T[] {
    return this.shuffled(values).slice(0, this.random.below(most + 1));
  }
}
