import type { Random } from "../../support/random.js";

/** Stands between tokens until the whole text is there: white space and comments are chosen last. */
export const gap = "\u0001";

/** Joins tokens. */
export function tokens(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(gap);
}

/** What shapes a text: chance, and how many mistakes may still be made on purpose. */
export class Hand {
  readonly random: Random;
  /** The mistakes that were made. */
  readonly mistakes: string[] = [];
  readonly #wanted: number;
  #left: number;
  /** Whether to write what the parser takes though no component can have it. */
  readonly isOdd: boolean;

  constructor(random: Random, mistakes: number) {
    this.random = random;
    this.#wanted = mistakes;
    this.#left = mistakes;
    this.isOdd = random.below(4) === 0;
  }

  /**
   * Whether to make a mistake on which the reference crashes, and with it the process: only where several are wanted, which
   * is never the case in a test.
   */
  crash(name: string, inTimes: number): boolean {
    return this.#wanted > 1 && this.slip(name, inTimes);
  }

  /** Whether to do what is done once in so many times. */
  once(inTimes: number): boolean {
    return this.random.below(inTimes) === 0;
  }

  /** Whether to make a mistake here: never, once all that were wanted are made. */
  slip(name: string, inTimes = 12): boolean {
    if (this.#left === 0 || !this.once(inTimes)) return false;
    this.#left--;
    this.mistakes.push(name);
    return true;
  }

  /** A number from one to another, both included. */
  between(low: number, high: number): number {
    return low + this.random.below(high - low + 1);
  }

  /** The same values in another order. */
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

  /** Some of the values, in their order. */
  some<T>(values: readonly T[], most: number): T[] {
    return this.shuffled(values).slice(0, this.random.below(most + 1));
  }
}
