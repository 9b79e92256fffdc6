import type { TypeId } from "../model/model.js";
import { NumberList } from "./number-list.js";
import type { Reference } from "./reference.js";
import { IntegerTripleMap } from "./integer-triple-map.js";

/**
 * The meanings of the names of types and functions in all interfaces and worlds of a run. Scopes and names are numbers,
 * so one table is enough; a separate `Map` for each scope would cost more than its contents.
 */
export class NameTable {
  readonly #meanings: IntegerTripleMap;
  /**
   * For each scope, the index of its first type in {@link #types}; -1 if it has none. The types of a scope are stored
   * contiguously, because no types of other scopes are defined in between.
   */
  readonly #firsts = new NumberList();
  /** The types that are in the model, as triples of scope, name and id. */
  readonly #types: NumberList;

  /** @param room - the estimated number of names */
  constructor(room: number) {
    this.#meanings = new IntegerTripleMap(room);
    this.#types = new NumberList(3 * room);
  }

  newScope(): number {
    return this.#firsts.push(-1);
  }

  /** Defines the name of a type that is in the model. */
  define(scope: number, name: number, id: TypeId): void {
    this.#meanings.set(scope, name, 0, id + shift);
    if (this.#firsts.get(scope) < 0)
      this.#firsts.set(scope, this.#types.length);
    this.#types.push(scope);
    this.#types.push(name);
    this.#types.push(id);
  }

  /** Defines the name of a type that is not in the model: its gate is closed, or it is unresolved. */
  hide(scope: number, name: number, reference: Reference): void {
    this.#meanings.set(scope, name, 0, reference + shift);
  }

  /** Defines the name of a function, given by its node. */
  defineFunction(scope: number, name: number, node: number): void {
    this.#meanings.set(scope, name, 0, node + firstFunction);
  }

  /** The type that a name refers to; `undefined` if it does not refer to a type. */
  type(scope: number, name: number): Reference | undefined {
    const meaning = this.#meanings.find(scope, name, 0);
    return meaning < 0 || meaning >= firstFunction
      ? undefined
      : meaning - shift;
  }

  /** Whether a name refers to a type. */
  isType(scope: number, name: number): boolean {
    const meaning = this.#meanings.find(scope, name, 0);
    return meaning >= 0 && meaning < firstFunction;
  }

  /** The node of the function that a name refers to; -1 if it does not refer to a function. */
  function(scope: number, name: number): number {
    const meaning = this.#meanings.find(scope, name, 0);
    return meaning >= firstFunction ? meaning - firstFunction : -1;
  }

  /** The names of the types of a scope that are in the model, in the order of definition. */
  *typesOf(scope: number): Generator<number> {
    const types = this.#types;
    const first = this.#firsts.get(scope);
    if (first < 0) return;
    for (let at = first; at < types.length && types.get(at) === scope; at += 3)
      yield types.get(at + 1);
  }

  /** Visits the types of a scope that are in the model, in the order of definition. */
  forEachType(scope: number, visit: (name: number, id: TypeId) => void): void {
    const types = this.#types;
    let at = this.#firsts.get(scope);
    if (at < 0) return;
    for (; at < types.length && types.get(at) === scope; at += 3)
      visit(types.get(at + 1), types.get(at + 2));
  }
}

/**
 * Added to references, because the values in the table are not negative. The least reference that is stored is
 * `unresolved`, -1.
 */
const shift = 1;

/** The value for the function at node 0; greater than the value for any reference. */
const firstFunction = 2 ** 30;
