/**
 * A hash table with keys of three integers, used to find types by structure and names by scope. It uses open addressing
 * in one typed array: there are many entries, and building a key for a `Map` would cost more than the rest of a lookup.
 */
export class IntegerTripleMap {
  /** Entries of four numbers: the three numbers of the key, and the value plus one, so that 0 marks a free entry. */
  #entries: Int32Array;
  #count = 0;

  /** @param room - the number of entries that fit before the table grows */
  constructor(room = 64) {
    let size = 2 * width;
    while (size < room * 2 * width) size *= 2;
    this.#entries = new Int32Array(size);
  }

  /** Returns the value of a key; -1 if the key is absent. */
  find(form: number, first: number, second: number): number {
    const entries = this.#entries;
    return (entries[this.#at(form, first, second) + 3] as number) - 1;
  }

  /** Sets the value of a key. The value must not be negative. */
  set(form: number, first: number, second: number, value: number): void {
    if (this.#count * 2 * width >= this.#entries.length) this.#grow();
    const at = this.#at(form, first, second);
    const entries = this.#entries;
    if (entries[at + 3] === 0) this.#count++;
    entries[at] = form;
    entries[at + 1] = first;
    entries[at + 2] = second;
    entries[at + 3] = value + 1;
  }

  /**
   * The index of a key's entry, or of the free entry where it belongs. At most half of the entries are used, so the
   * search ends.
   */
  #at(form: number, first: number, second: number): number {
    const entries = this.#entries;
    const mask = entries.length - 1;
    let hash =
      Math.imul(form, 0x9e3779b1) ^
      Math.imul(first, 0x85ebca6b) ^
      Math.imul(second, 0xc2b2ae35);
    hash ^= hash >>> 15;
    for (let at = (hash << 2) & mask; ; at = (at + width) & mask) {
      if (
        entries[at + 3] === 0 ||
        (entries[at] === form &&
          entries[at + 1] === first &&
          entries[at + 2] === second)
      )
        return at;
    }
  }

  #grow(): void {
    const old = this.#entries;
    this.#entries = new Int32Array(old.length * 2);
    for (let from = 0; from < old.length; from += width) {
      if (old[from + 3] === 0) continue;
      const at = this.#at(
        old[from] as number,
        old[from + 1] as number,
        old[from + 2] as number,
      );
      const entries = this.#entries;
      for (let part = 0; part < width; part++)
        entries[at + part] = old[from + part] as number;
    }
  }
}

const width = 4;
