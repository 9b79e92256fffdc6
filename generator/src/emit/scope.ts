/**
 * A set of names in which each is given once. What comes first keeps its name; a later one gets a `$`, then `$2`, `$3` and
 * so on, which no name of WIT can be.
 */
export class Scope {
  readonly #taken: Set<string>;
  readonly #reserved: ReadonlySet<string> | undefined;

  constructor(reserved?: ReadonlySet<string>) {
    this.#taken = new Set();
    this.#reserved = reserved;
  }

  /** Takes a name as it is, for what nobody can rename. */
  reserve(name: string): void {
    this.#taken.add(name);
  }

  has(name: string): boolean {
    return this.#taken.has(name) || this.#reserved?.has(name) === true;
  }

  /** Takes a name, or the nearest that is free. */
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
