/** Thrown for JSON that is not a resolved model. The message contains the position and what was expected. */
export class ModelFormatError extends Error {
  override readonly name = "ModelFormatError";
}

/** A value in a JSON document, and its path. */
export class JsonReader {
  readonly #value: unknown;
  readonly #path: string;

  constructor(value: unknown, path: string) {
    this.#value = value;
    this.#path = path;
  }

  /** Throws an error that says what was expected in place of this value. */
  fail(expected: string): never {
    const where = this.#path === "" ? "" : ` at ${this.#path}`;
    throw new ModelFormatError(
      `not a resolved WIT model: expected ${expected}${where}, found ${describe(this.#value)}`,
    );
  }

  isNull(): boolean {
    return this.#value === null;
  }

  isString(): boolean {
    return typeof this.#value === "string";
  }

  string(): string {
    return typeof this.#value === "string"
      ? this.#value
      : this.fail("a string");
  }

  /** A whole number from 0 to below `limit`. */
  id(limit: number): number {
    const value = this.#value;
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0)
      return this.fail("a whole number");
    return value < limit ? value : this.fail(`a number below ${String(limit)}`);
  }

  field(name: string): JsonReader {
    return this.optional(name) ?? new JsonReader(undefined, this.#child(name));
  }

  optional(name: string): JsonReader | undefined {
    const object = this.#object();
    if (!Object.hasOwn(object, name)) return undefined;
    return new JsonReader(object[name], this.#child(name));
  }

  /** Reads an object with exactly one key, and returns the key and its value. */
  variant(): readonly [string, JsonReader] {
    const keys = Object.keys(this.#object());
    const [key] = keys;
    return keys.length === 1 && key !== undefined
      ? [key, this.field(key)]
      : this.fail("an object with one key");
  }

  length(): number {
    return this.#array().length;
  }

  list<T>(read: (item: JsonReader) => T): T[] {
    return this.#array().map((item, index) =>
      read(new JsonReader(item, `${this.#path}[${String(index)}]`)),
    );
  }

  pair(): readonly [JsonReader, JsonReader] {
    const [first, second, ...rest] = this.list((item) => item);
    return first !== undefined && second !== undefined && rest.length === 0
      ? [first, second]
      : this.fail("a pair");
  }

  map<T>(read: (item: JsonReader) => T): Map<string, T> {
    return new Map(
      Object.keys(this.#object()).map((key) => [key, read(this.field(key))]),
    );
  }

  #child(name: string): string {
    return this.#path === "" ? name : `${this.#path}.${name}`;
  }

  #object(): { readonly [key: string]: unknown } {
    const value = this.#value;
    return isObject(value) ? value : this.fail("an object");
  }

  #array(): readonly unknown[] {
    const value: unknown = this.#value;
    return Array.isArray(value) ? value : this.fail("a list");
  }
}

function isObject(
  value: unknown,
): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  const text = JSON.stringify(value);
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}
