import type { TypeId } from "../model/model.js";
import { NumberList } from "./number-list.js";
import type { Reference } from "./reference.js";
import { StructureTable } from "./structure-table.js";

/**
 * What the names of types and functions mean in each interface and world of a run. A scope is a number, and so is a name: one
 * table serves all, where a `Map` in each would cost more than what is in it.
 */
export class NameTable {
  readonly #meanings: StructureTable;
  /** For each scope where its types begin in {@link #types}; they are defined in one go. */
  readonly #firsts = new NumberList();
  /** The types of the model: name, id. */
  readonly #types: NumberList;

  /** @param room how many names there may be: a guess */
  constructor(room: number) {
    this.#meanings = new StructureTable(room);
    this.#types = new NumberList(3 * room);
  }

  newScope(): number {
    return this.#firsts.push(-1);
  }

  /** Gives a name a type of the model. */
  define(scope: number, name: number, id: TypeId): void {
    this.#meanings.set(scope, name, 0, id + shift);
    if (this.#firsts.get(scope) < 0)
      this.#firsts.set(scope, this.#types.length);
    this.#types.push(scope);
    this.#types.push(name);
    this.#types.push(id);
  }

  /** Gives a name a type that the model does not have. */
  hide(scope: number, name: number, reference: Reference): void {
    this.#meanings.set(scope, name, 0, reference + shift);
  }

  /** Notes a function by its node. */
  defineFunction(scope: number, name: number, node: number): void {
    this.#meanings.set(scope, name, 0, node + firstFunction);
  }

  /** What a name means as a type; `undefined` if nothing. */
  type(scope: number, name: number): Reference | undefined {
    const meaning = this.#meanings.find(scope, name, 0);
    return meaning < 0 || meaning >= firstFunction
      ? undefined
      : meaning - shift;
  }

  /** Whether a name means a type. */
  isType(scope: number, name: number): boolean {
    const meaning = this.#meanings.find(scope, name, 0);
    return meaning >= 0 && meaning < firstFunction;
  }

  /** The node of the function that a name means, or -1. */
  function(scope: number, name: number): number {
    const meaning = this.#meanings.find(scope, name, 0);
    return meaning >= firstFunction ? meaning - firstFunction : -1;
  }

  /** The names of the types of a scope, in the order in which they were defined. */
  *typesOf(scope: number): Generator<number> {
    const types = this.#types;
    const first = this.#firsts.get(scope);
    if (first < 0) return;
    for (let at = first; at < types.length && types.get(at) === scope; at += 3)
      yield types.get(at + 1);
  }

  /** Visits the types of a scope, in the order in which they were defined. */
  forEachType(scope: number, visit: (name: number, id: TypeId) => void): void {
    const types = this.#types;
    let at = this.#firsts.get(scope);
    if (at < 0) return;
    for (; at < types.length && types.get(at) === scope; at += 3)
      visit(types.get(at + 1), types.get(at + 2));
  }
}

/** Added to references, of which the least is -1, for the table holds numbers from 0 on. */
const shift = 1;

/** Above all references. */
const firstFunction = 2 ** 30;
