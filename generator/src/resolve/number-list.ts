/** A list of whole numbers of 32 bits that grows at its end: one array of numbers, which costs the garbage collector nothing. */
export class NumberList {
  #numbers: Int32Array;
  /** How many there are. May be set lower, to take numbers back; they can still be read until others are added. */
  length = 0;

  /** @param room how many there is room for at first */
  constructor(room = 64) {
    this.#numbers = new Int32Array(Math.max(1, Math.ceil(room)));
  }

  get(index: number): number {
    return this.#numbers[index] as number;
  }

  set(index: number, value: number): void {
    this.#numbers[index] = value;
  }

  /** Adds a number, and gives its index. */
  push(value: number): number {
    if (this.length === this.#numbers.length) this.#grow(this.length + 1);
    this.#numbers[this.length] = value;
    return this.length++;
  }

  /** Adds zeros, and gives the index of the first. */
  extend(count: number): number {
    const start = this.length;
    if (start + count > this.#numbers.length) this.#grow(start + count);
    this.length = start + count;
    return start;
  }

  #grow(least: number): void {
    let room = this.#numbers.length;
    while (room < least) room *= 2;
    const larger = new Int32Array(room);
    larger.set(this.#numbers);
    this.#numbers = larger;
  }
}
