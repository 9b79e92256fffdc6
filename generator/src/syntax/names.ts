import { keywords, Token } from "./tokens.js";

/**
 * Interns the words of a run: equal words have equal numbers. Names are therefore compared, looked up and stored
 * as numbers, and each word is allocated as a string only once.
 *
 * The number of a missing name, which is the empty word, is 0. The keywords follow, then all other words in the order
 * in which they are first read.
 */
export class Names {
  /** A hash table with open addressing. Each slot holds the number of a word, or 0 if it is free. */
  #slots = new Int32Array(256);
  #hashes = new Int32Array(128);
  /** For each word, the end of its units in {@link #units}. They begin at the end of the previous word. */
  #ends = new Int32Array(128);
  #units = new Uint16Array(1024);
  #validities = new Uint8Array(128);
  readonly #texts: string[] = [""];
  #count = 1;

  /** The number of `self`, which is not allowed as the name of a parameter of a method. */
  readonly self: number;

  constructor() {
    for (const word of keywords.keys()) this.of(word);
    this.self = this.of("self");
  }

  /** Returns the number of a word. A new word is added. */
  of(word: string): number {
    let hash = 0;
    for (let at = 0; at < word.length; at++)
      hash = (Math.imul(hash, multiplier) + word.charCodeAt(at)) | 0;
    if (word === "") return 0;
    for (let slot = mixed(hash); ; slot++) {
      const number = this.#slots[slot & (this.#slots.length - 1)] as number;
      if (number === 0) break;
      if (this.#hashes[number] === hash && this.text(number) === word)
        return number;
    }
    return this.#add(hash, word);
  }

  /**
   * Returns the number of a word of ASCII characters. A new word is added.
   *
   * @param text - the text that contains the word, from `start` to `end`.
   * @param bytes - the same text as bytes, see `bytesOf`.
   * @param hash - the hash of the word. It starts at 0, and for each character, it is multiplied by {@link multiplier}
   * and the character is added, in 32 bits.
   */
  ofBytes(
    text: string,
    bytes: Uint8Array,
    start: number,
    end: number,
    hash: number,
  ): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const length = end - start;
    for (let slot = mixed(hash); ; slot++) {
      const number = slots[slot & mask] as number;
      if (number === 0) break;
      if (this.#hashes[number] !== hash) continue;
      const from = this.#begin(number);
      if ((this.#ends[number] as number) - from !== length) continue;
      const units = this.#units;
      let at = 0;
      while (at < length && units[from + at] === bytes[start + at]) at++;
      if (at === length) return number;
    }
    return this.#add(hash, text.slice(start, end));
  }

  /** Returns the word with a number. */
  text(number: number): string {
    return this.#texts[number] as string;
  }

  /** Returns the words with the given numbers. */
  *texts(numbers: Iterable<number>): Generator<string> {
    for (const number of numbers) yield this.text(number);
  }

  /** Returns the length of a word in UTF-16 units. */
  length(number: number): number {
    return (this.#ends[number] as number) - this.#begin(number);
  }

  /** Returns the cached result of validating a word as a name. */
  validity(number: number): NameValidity {
    return this.#validities[number] as NameValidity;
  }

  setValidity(number: number, validity: NameValidity): void {
    this.#validities[number] = validity;
  }

  #begin(number: number): number {
    return number === 0 ? 0 : (this.#ends[number - 1] as number);
  }

  #add(hash: number, word: string): number {
    const number = this.#count++;
    if (number === this.#hashes.length) {
      this.#hashes = grown(this.#hashes, Int32Array);
      this.#ends = grown(this.#ends, Int32Array);
      this.#validities = grown(this.#validities, Uint8Array);
    }
    const begin = this.#begin(number);
    const end = begin + word.length;
    while (end > this.#units.length)
      this.#units = grown(this.#units, Uint16Array);
    for (let at = 0; at < word.length; at++)
      this.#units[begin + at] = word.charCodeAt(at);
    this.#hashes[number] = hash;
    this.#ends[number] = end;
    this.#texts.push(word);
    if (this.#count * 2 > this.#slots.length) this.#rehash();
    else this.#place(number, hash);
    return number;
  }

  #place(number: number, hash: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = mixed(hash);
    while (slots[slot & mask] !== 0) slot++;
    slots[slot & mask] = number;
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let number = 1; number < this.#count; number++)
      this.#place(number, this.#hashes[number] as number);
  }
}

/** The result of validating a word as a name. */
export const NameValidity = {
  unknown: 0,
  valid: 1,
  upperCase: 2,
  invalid: 3,
} as const;
/** One of {@link NameValidity}. */
export type NameValidity = (typeof NameValidity)[keyof typeof NameValidity];

/**
 * The multiplier of the polynomial hash of words. It is random in each process, so that an input cannot contain words
 * chosen to collide for a known multiplier. This does not help against Thue–Morse words of 128 or more characters:
 * modulo 2³², they collide for every odd multiplier.
 */
export const multiplier = (Math.floor(Math.random() * 2 ** 30) * 4) | 5;

/** Returns the token of a word: that of a keyword, or {@link Token.identifier}. */
export function tokenOf(number: number): Token {
  return number < keywordTokens.length
    ? (keywordTokens[number] as Token)
    : Token.identifier;
}

const keywordTokens = Uint8Array.from([Token.identifier, ...keywords.values()]);

/** Mixes the high bits of a hash into the low bits, which select the slot. */
function mixed(hash: number): number {
  return hash ^ (hash >>> 15);
}

function grown<Numbers extends Int32Array | Uint16Array | Uint8Array>(
  numbers: Numbers,
  make: new (length: number) => Numbers,
): Numbers {
  const larger = new make(numbers.length * 2);
  larger.set(numbers);
  return larger;
}
