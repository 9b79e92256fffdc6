import type { TypeId } from "../model/model.js";
import { Kind } from "../syntax/kind.js";
import type { InterfaceBuilder, WorldItemBuilder } from "./builder.js";
import type { PackageContext } from "./context.js";
import { isClosed, type Reference } from "./reference.js";
import { type Owner, noOwner, ownerInterface } from "./type-table.js";

/**
 * Copies items from one owner to another. Types that the old owner owns are copied; types that it uses from other
 * owners are shared.
 */
export class Cloner {
  readonly #from: Owner;
  readonly #to: Owner;
  readonly #context: PackageContext;
  readonly #copies = new Map<TypeId, TypeId>();

  constructor(from: Owner, to: Owner, context: PackageContext) {
    this.#from = from;
    this.#to = to;
    this.#context = context;
  }

  item(item: WorldItemBuilder): WorldItemBuilder {
    if ("type" in item) return { type: this.#type(item.type) };
    if ("function" in item) return { function: this.#function(item.function) };
    const { id, ...rest } = item.interface;
    return { interface: { id: this.#interface(id), ...rest } };
  }

  #interface(id: number): number {
    const { interfaces, names, functions } = this.#context;
    const original = interfaces[id];
    if (original === undefined) return id;
    // A named interface that is imported or exported under a label is shared, not copied.
    if (original.name !== null) return id;
    const copyId = interfaces.length;
    const inner = new Cloner(
      ownerInterface(id),
      ownerInterface(copyId),
      this.#context,
    );
    const scope = names.newScope();
    const types: [name: number, id: TypeId][] = [];
    names.forEachType(original.scope, (name, type) =>
      types.push([name, inner.#type(type)]),
    );
    for (const [name, type] of types) names.define(scope, name, type);
    const firstFunction = functions.count;
    const { firstFunction: first, endOfFunctions: end } = original;
    for (let row = first; row < end; row++)
      if (!functions.isClosed(row)) inner.#function(row);
    const copy: InterfaceBuilder = {
      ...original,
      id: copyId,
      package: this.#context.id,
      cloneOf: id,
      scope,
      firstFunction,
      endOfFunctions: functions.count,
    };
    interfaces.push(copy);
    return copyId;
  }

  #type(id: TypeId): TypeId {
    const known = this.#copies.get(id);
    if (known !== undefined) return known;
    const { table } = this.#context;
    const [first, second] = this.#parts(id);
    const copy = table.addCopy(id, first, second);
    if (table.owner(id) !== noOwner) table.setOwner(copy, this.#to);
    this.#copies.set(id, copy);
    return copy;
  }

  /** The columns `first` and `second` for the copy of a type, see `TypeTable`. */
  #parts(id: TypeId): [first: number, second: number] {
    const { table } = this.#context;
    const first = table.first(id);
    const second = table.second(id);
    switch (table.kind(id)) {
      case Kind.resource:
      case Kind.flags:
      case Kind.enum:
        return [first, second];
      case Kind.type:
        return first >= 0 && table.owner(first) === this.#from
          ? [this.#type(first), second]
          : [first, second];
      case Kind.record:
      case Kind.variant:
        return [first, this.#list(second)];
      case Kind.tuple:
        return [this.#list(first), second];
      case Kind.fixedLengthList:
        return [this.#reference(first), second];
      default: {
        const copy = this.#reference(first);
        return [copy, this.#reference(second)];
      }
    }
  }

  #reference(reference: Reference): Reference {
    // A resource whose gate is closed has no row to copy. Functions that refer to it have been reported.
    return reference < 0 || isClosed(reference)
      ? reference
      : this.#type(reference);
  }

  /** Copies a list of references that is stored after its length, and returns the index of the copy. */
  #list(list: number): number {
    const { lists } = this.#context.table;
    const count = lists.get(list);
    const copies = this.#references(list + 1, count);
    const copy = lists.push(count);
    for (const reference of copies) lists.push(reference);
    return copy;
  }

  #references(first: number, count: number): Reference[] {
    const { lists } = this.#context.table;
    return Array.from({ length: count }, (_, index) =>
      this.#reference(lists.get(first + index)),
    );
  }

  #function(row: number): number {
    const { functions, table } = this.#context;
    const resource = this.#reference(functions.resource(row));
    const copies = this.#references(
      functions.params(row),
      functions.countOf(row),
    );
    const params = table.lists.length;
    for (const reference of copies) table.lists.push(reference);
    const result = this.#reference(functions.result(row));
    return functions.addCopy(row, resource, params, result);
  }
}
