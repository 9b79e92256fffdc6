import type { Stability, TypeKind, TypeReference } from "../model/model.js";
import { primitiveNames } from "../model/primitives.js";
import { TypeFlag, type TypeTable } from "./type-table.js";

/** The forms of anonymous types, as parts of the keys of their table. */
export const Form = {
  list: 0,
  option: 1,
  future: 2,
  stream: 3,
  borrow: 4,
  map: 5,
  result: 6,
  fixedLengthList: 7,
  /** And behind it, tuples of one element and of two. */
  tuple: 8,
} as const;
const formCount = 16;
/** The form of an anonymous type. */
export type Form = (typeof Form)[keyof typeof Form];

/** Primitives as numbers, for the keys of pairs. */
const primitiveCodes: ReadonlyMap<string, number> = new Map(
  primitiveNames.map((name, index) => [name, index + 1]),
);

/**
 * The structure of an anonymous type that was just taken apart: what it is, and what it is made of, before its parts are
 * linked. One object serves all the types of a package, one after the other, so that taking a type apart makes no garbage;
 * it also knows which type of the package each structure has got.
 */
export class TypeStructure {
  /** What the type is: a list, a tuple… */
  form: Form = Form.list;
  /** The only part, or the first of a pair. */
  first: TypeReference | null = null;
  /** The second of a pair. */
  second: TypeReference | null = null;
  /** The elements of a tuple; of any other form, what the last tuple left. */
  rest: TypeReference[] = [];
  /** That of a list of fixed length. */
  length = 0;

  readonly #table: TypeTable;
  /** Added to a {@link Form} in the keys of the table that the packages share. */
  readonly #base: number;
  /** The tuples of more than two elements, by those. */
  readonly #tuples = new Map<string, number>();

  constructor(table: TypeTable) {
    this.#table = table;
    this.#base = table.nextPackage++ * formCount;
  }

  /** The type that has this structure already; -1 if there is none. */
  find(): number {
    if (this.rest.length > 2 && this.form === Form.tuple)
      return this.#tuples.get(this.rest.join(",")) ?? -1;
    return this.#table.structures.find(
      this.#base + this.#formKey(),
      this.#firstKey(),
      this.#secondKey(),
    );
  }

  /** Notes the type that has got this structure, for {@link find}. */
  remember(reference: number): void {
    if (this.rest.length > 2 && this.form === Form.tuple)
      this.#tuples.set(this.rest.join(","), reference);
    else
      this.#table.structures.add(
        this.#base + this.#formKey(),
        this.#firstKey(),
        this.#secondKey(),
        reference,
      );
  }

  /** The first known stability of the parts: what a part's gate hides, the whole cannot show. */
  stabilityOfParts(): Stability | undefined {
    if (this.form === Form.tuple) {
      for (const part of this.rest) {
        const stability = this.#table.stability(part);
        if (stability !== undefined) return stability;
      }
      return undefined;
    }
    return (
      (this.first === null ? undefined : this.#table.stability(this.first)) ??
      (this.second === null ? undefined : this.#table.stability(this.second))
    );
  }

  /**
   * The {@link TypeFlag}s of the type of the structure: whether a `borrow` is in it.
   *
   * @param kind what was built of the structure, its parts linked
   */
  flagsOfParts(kind: TypeKind): number {
    if (this.form === Form.borrow) return TypeFlag.borrow;
    let flags: number = TypeFlag.none;
    if (this.form === Form.tuple) {
      if (typeof kind === "object" && "tuple" in kind) {
        for (const part of kind.tuple.types) flags |= this.#table.flags(part);
      }
    } else {
      // A resource does not pass for a borrow, and its handle has no flags: the parts may be asked before they were linked.
      if (this.first !== null) flags |= this.#table.flags(this.first);
      if (this.second !== null) flags |= this.#table.flags(this.second);
    }
    return flags & TypeFlag.borrow;
  }

  #formKey(): number {
    return this.form === Form.tuple ? Form.tuple + this.rest.length : this.form;
  }

  #firstKey(): number {
    return code(this.form === Form.tuple ? (this.rest[0] ?? null) : this.first);
  }

  #secondKey(): number {
    if (this.form === Form.fixedLengthList) return this.length | 0;
    return code(
      this.form === Form.tuple ? (this.rest[1] ?? null) : this.second,
    );
  }
}

/** A part as a whole number from 0 on. */
function code(reference: TypeReference | null): number {
  if (reference === null) return 0;
  return typeof reference === "string"
    ? (primitiveCodes.get(reference) ?? 0)
    : reference + 17;
}
