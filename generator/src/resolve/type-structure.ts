import type { Stability } from "../model/model.js";
import { Kind } from "../syntax/kind.js";
import { absent, isClosed, type Reference } from "./reference.js";
import { TypeFlag, type TypeTable } from "./type-table.js";

/** Forms of the keys of the table of structures: the kinds of types, and behind them those of tuples of up to two elements. */
const firstTuple = 48;
const formCount = 64;

/**
 * The structure of an anonymous type that was just taken apart: what it is, and what it is made of, before its parts are
 * linked. One object serves all the types of a package, one after the other, so that taking a type apart makes no garbage;
 * it also knows which type of the package each structure has got.
 */
export class TypeStructure {
  /** What the type is: a list, a tuple… */
  kind: Kind = Kind.list;
  /** The only part, or the first of a pair. */
  first: Reference = absent;
  /** The second of a pair, or the length of a list of fixed length. */
  second = absent;
  /** Where the elements of a tuple are in the scratch list of the table; of any other kind, what the last tuple left. */
  elements = 0;
  /** How many elements a tuple has. */
  count = 0;

  readonly #table: TypeTable;
  /** Added to the form in the keys of the table that the packages share. */
  readonly #base: number;
  /** The tuples of more than two elements, by those. */
  #tuples: Map<string, number> | undefined;

  constructor(table: TypeTable) {
    this.#table = table;
    this.#base = table.nextPackage++ * formCount;
  }

  /** The type that has this structure already; -1 if there is none. */
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

  /** Notes the type that has got this structure, for {@link find}. */
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

  /** The first known stability of the parts: what a part's gate hides, the whole cannot show. */
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

  /** The first part whose gate is closed; {@link absent} if there is none. */
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

  /** The {@link TypeFlag}s of the type of the structure: whether a `borrow` is in it. */
  flagsOfParts(): number {
    const table = this.#table;
    if (this.kind === Kind.borrow) return TypeFlag.borrow;
    let flags: number = TypeFlag.none;
    if (this.kind === Kind.tuple) {
      for (let index = 0; index < this.count; index++)
        flags |= table.flags(this.#element(index));
    } else {
      // A resource does not pass for a borrow, and its handle has no flags: the parts may be asked before they were linked.
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
