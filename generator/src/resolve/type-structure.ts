import type { Stability } from "../model/model.js";
import { Kind } from "../syntax/kind.js";
import { absent, isClosed, type Reference } from "./reference.js";
import { TypeFlag, type TypeTable } from "./type-table.js";

/**
 * The forms in the keys of `TypeTable.structures` are the kinds of types; from here on, tuples of up to two elements.
 */
const firstTuple = 48;
const formCount = 64;

/**
 * The structure of the anonymous type that was taken apart last: its kind and its parts before linking. One object
 * serves all types of a package in turn, to avoid allocations. It also finds the type of the package that has a given
 * structure.
 */
export class TypeStructure {
  /** The kind of the type, such as a list or a tuple. */
  kind: Kind = Kind.list;
  /** The only part, or the first of two. */
  first: Reference = absent;
  /** The second of two parts, or the length of a fixed-length list. */
  second = absent;
  /**
   * For a tuple, the index of its elements in the scratch list of the `TypeTable`. For any other kind, a stale value.
   */
  elements = 0;
  /** The number of elements of a tuple. */
  count = 0;

  readonly #table: TypeTable;
  /** Added to the form in the keys of `TypeTable.structures`, which all packages share. */
  readonly #base: number;
  /** The tuples with more than two elements, by the references of their elements. */
  #tuples: Map<string, number> | undefined;

  constructor(table: TypeTable) {
    this.#table = table;
    this.#base = table.nextPackage++ * formCount;
  }

  /** Returns the type that has this structure; -1 if there is none. */
  find(): number {
    if (this.kind !== Kind.tuple)
      return this.#table.structures.find(
        this.#base + this.kind,
        this.first,
        this.second,
      );
    if (this.count > 2) return this.#tuples?.get(this.#tupleKey()) ?? -1;
    return this.#table.structures.find(
      this.#base + firstTuple + this.count,
      this.#element(0),
      this.#element(1),
    );
  }

  /** Records the type that has this structure, for {@link find}. */
  remember(reference: Reference): void {
    if (this.kind !== Kind.tuple)
      this.#table.structures.set(
        this.#base + this.kind,
        this.first,
        this.second,
        reference,
      );
    else if (this.count > 2)
      (this.#tuples ??= new Map()).set(this.#tupleKey(), reference);
    else
      this.#table.structures.set(
        this.#base + firstTuple + this.count,
        this.#element(0),
        this.#element(1),
        reference,
      );
  }

  /** Returns the first stability of a part: the gate of a part also applies to the whole type. */
  stabilityOfParts(): Stability | undefined {
    const table = this.#table;
    if (this.kind === Kind.tuple) {
      for (let index = 0; index < this.count; index++) {
        const stability = table.stability(this.#element(index));
        if (stability !== undefined) return stability;
      }
      return undefined;
    }
    const first = table.stability(this.first);
    if (first !== undefined || this.kind === Kind.fixedLengthList) return first;
    return table.stability(this.second);
  }

  /** Returns the first part whose gate is closed; {@link absent} if there is none. */
  closedPart(): Reference {
    if (this.kind === Kind.tuple) {
      for (let index = 0; index < this.count; index++)
        if (isClosed(this.#element(index))) return this.#element(index);
      return absent;
    }
    if (isClosed(this.first)) return this.first;
    return this.kind !== Kind.fixedLengthList && isClosed(this.second)
      ? this.second
      : absent;
  }

  /** Returns the {@link TypeFlag}s of a type with this structure: whether it contains a `borrow`. */
  flagsOfParts(): number {
    const table = this.#table;
    if (this.kind === Kind.borrow) return TypeFlag.borrow;
    let flags: number = TypeFlag.none;
    if (this.kind === Kind.tuple) {
      for (let index = 0; index < this.count; index++)
        flags |= table.flags(this.#element(index));
    } else {
      // Valid before and after the parts are linked: a resource does not have the flag for `borrow`, and an `own`
      // handle has no flags.
      flags = table.flags(this.first);
      if (this.kind !== Kind.fixedLengthList) flags |= table.flags(this.second);
    }
    return flags & TypeFlag.borrow;
  }

  #element(index: number): Reference {
    return index < this.count
      ? this.#table.scratch.get(this.elements + index)
      : absent;
  }

  #tupleKey(): string {
    const elements: number[] = [];
    for (let index = 0; index < this.count; index++)
      elements.push(this.#element(index));
    return elements.join();
  }
}
