/**
 * Finds numbers by three others: types by what they are made of, what a name means in a scope. A table of numbers in one array, for
 * there are many entries, and keys made for a `Map` would cost more than all the rest of looking one up.
 */
export class StructureTable {
  /** Entries of four numbers each: the three of the key, and the value plus one, so that 0 stands for a free entry. */
  #entries: Int32Array;
  #count = 0;

  /** @param room how many entries there is room for at least before it has to grow */
  constructor(room = 64) {
    let size = 2 * width;
    while (size < room * 2 * width) size *= 2;
    this.#entries = new Int32Array(size);
  }

  /** The value of a key; -1 if there is none. */
  find(form: number, first: number, second: number): number {
    const entries = this.#entries;
    return (entries[this.#at(form, first, second) + 3] as number) - 1;
  }

  /** Sets the value of a key; it is 0 or more. */
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

  /** Where a key is, or else the free entry where it belongs. At most half of the entries are taken, so there is one. */
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
