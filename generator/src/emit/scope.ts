/**
 * A scope of unique names. The first claim of a name gets it unchanged; later claims get the suffix `$`, then `$2`, `$3`
 * and so on. `$` cannot occur in a WIT name, so a suffixed name cannot collide with one.
 */
export class Scope {
  readonly #taken: Set<string>;
  readonly #reserved: ReadonlySet<string> | undefined;

  constructor(reserved?: ReadonlySet<string>) {
    this.#taken = new Set();
    this.#reserved = reserved;
  }

  /** Marks a name as taken without a suffix, for globals and imports that cannot be renamed. */
  reserve(name: string): void {
    this.#taken.add(name);
  }

  has(name: string): boolean {
    return this.#taken.has(name) || this.#reserved?.has(name) === true;
  }

  /** Takes a name, with the first free suffix if it is taken or reserved, and returns the result. */
  claim(name: string): string {
    let result = name;
    if (!this.#taken.has(name) && this.#reserved?.has(name) !== true) {
      this.#taken.add(name);
      return name;
    }
    for (let count = 1; this.has(result); count++) {
      result = count === 1 ? `${name}$` : `${name}$${count}`;
    }
    this.#taken.add(result);
    return result;
  }
}
