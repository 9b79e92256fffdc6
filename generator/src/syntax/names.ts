import { keywords, Token } from "./tokens.js";

/**
 * Numbers for the words of a run: equal words have equal numbers. So names are compared, looked up and kept as numbers, and
 * there is one string of each.
 *
 * The missing name, which is empty, is 0; the keywords follow; then come all other words in the order in which they are met.
 */
export class Names {
  /** Open addressing: the number of a word, or 0 where there is none. */
  #slots = new Int32Array(256);
  #hashes = new Int32Array(128);
  /** Where the units of each word end in {@link #units}; they begin where those of the word before it end. */
  #ends = new Int32Array(128);
  #units = new Uint16Array(1024);
  #verdicts = new Uint8Array(128);
  readonly #texts: string[] = [""];
  #count = 1;

  /** The number of `self`, which the parameters of methods may not be called. */
  readonly self: number;

  constructor() {
    for (const word of keywords.keys()) this.of(word);
    this.self = this.of("self");
  }

  /** The number of a word. */
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
   * The number of a word of ASCII characters.
   *
   * @param text - what it stands in, from `start` to `end`
   * @param bytes - the same as bytes, see `bytesOf`
   * @param hash - the {@link multiplier} times the hash of all characters but the last, plus the last, in 32 bits
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

  /** The word of a number. */
  text(number: number): string {
    return this.#texts[number] as string;
  }

  /** The words of some numbers. */
  *texts(numbers: Iterable<number>): Generator<string> {
    for (const number of numbers) yield this.text(number);
  }

  /** How many UTF-16 units a word has. */
  length(number: number): number {
    return (this.#ends[number] as number) - this.#begin(number);
  }

  /** What was said of a word as a name, see {@link Verdict}. */
  verdict(number: number): Verdict {
    return this.#verdicts[number] as Verdict;
  }

  setVerdict(number: number, verdict: Verdict): void {
    this.#verdicts[number] = verdict;
  }

  #begin(number: number): number {
    return number === 0 ? 0 : (this.#ends[number - 1] as number);
  }

  #add(hash: number, word: string): number {
    const number = this.#count++;
    if (number === this.#hashes.length) {
      this.#hashes = grown(this.#hashes, Int32Array);
      this.#ends = grown(this.#ends, Int32Array);
      this.#verdicts = grown(this.#verdicts, Uint8Array);
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

/** What is known of a word as a name. */
export const Verdict = {
  unknown: 0,
  fine: 1,
  upperCase: 2,
  invalid: 3,
} as const;
/** One of {@link Verdict}. */
export type Verdict = (typeof Verdict)[keyof typeof Verdict];

/** What the hash of a word is multiplied by at each character: another one in each process, so that nobody can write names that all have one hash. */
export const multiplier = (Math.floor(Math.random() * 2 ** 30) * 4) | 5;

/** The token that a word is: that of the keyword, or a name. */
export function tokenOf(number: number): Token {
  return number < keywordTokens.length
    ? (keywordTokens[number] as Token)
    : Token.identifier;
}

const keywordTokens = Uint8Array.from([Token.identifier, ...keywords.values()]);

/** Spreads a hash over its low bits, of which a slot is made. */
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
