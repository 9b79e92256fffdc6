/**
 * A growable list of 32-bit integers in one typed array, whose contents the garbage collector does not have to scan.
 */
export class NumberList {
  #numbers: Int32Array;
  /** The number of entries. May be reduced to remove entries at the end; these stay readable until others are added. */
  length = 0;

  /** @param room - the initial capacity */
  constructor(room = 64) {
    this.#numbers = new Int32Array(Math.max(1, Math.ceil(room)));
  }

  get(index: number): number {
    return this.#numbers[index] as number;
  }

  set(index: number, value: number): void {
    this.#numbers[index] = value;
  }

  /** Appends a number and returns its index. */
  push(value: number): number {
    if (this.length === this.#numbers.length) this.#grow(this.length + 1);
    this.#numbers[this.length] = value;
    return this.length++;
  }

  /** Appends entries and returns the index of the first. They are 0, unless {@link length} was reduced before. */
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
