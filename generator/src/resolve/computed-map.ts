/** A read-only map from the integers below a limit to values. Values are created on each access and not cached. */
export class ComputedMap<Value> implements ReadonlyMap<number, Value> {
  readonly #limit: number;
  readonly #make: (key: number) => Value | undefined;

  /**
   * @param limit - the exclusive upper bound of the keys
   * @param make - creates the value of a key; returns `undefined` if the map does not contain the key
   */
  constructor(limit: number, make: (key: number) => Value | undefined) {
    this.#limit = limit;
    this.#make = make;
  }

  get size(): number {
    let size = 0;
    for (let key = 0; key < this.#limit; key++)
      if (this.#make(key) !== undefined) size++;
    return size;
  }

  get(key: number): Value | undefined {
    return Number.isInteger(key) && key >= 0 && key < this.#limit
      ? this.#make(key)
      : undefined;
  }

  has(key: number): boolean {
    return this.get(key) !== undefined;
  }

  *entries(): MapIterator<[number, Value]> {
    for (let key = 0; key < this.#limit; key++) {
      const value = this.#make(key);
      if (value !== undefined) yield [key, value];
    }
  }

  *keys(): MapIterator<number> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<Value> {
    for (const [, value] of this.entries()) yield value;
  }

  forEach(
    callback: (
      value: Value,
      key: number,
      map: ReadonlyMap<number, Value>,
    ) => void,
  ): void {
    for (const [key, value] of this.entries()) callback(value, key, this);
  }

  [Symbol.iterator](): MapIterator<[number, Value]> {
    return this.entries();
  }
}
