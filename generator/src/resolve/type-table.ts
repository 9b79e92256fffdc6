import type { SourceRange } from "../diagnostics/diagnostic.js";
import type {
  InterfaceId,
  Stability,
  TypeId,
  WorldId,
} from "../model/model.js";
import { Kind } from "../syntax/kind.js";
import type { Tree } from "../syntax/tree.js";
import { NumberList } from "./number-list.js";
import {
  firstClosed,
  primitiveReference,
  type Reference,
} from "./reference.js";
import { IntegerTripleMap } from "./integer-triple-map.js";

/** Properties of a type that its kind and parts do not show. */
export const TypeFlag = {
  none: 0,
  /** The type is a resource, or an alias of one. */
  resource: 1,
  /** The type contains a `borrow`. */
  borrow: 2,
  /** The type is `char`, or an alias of it. */
  char: 4,
} as const;

const char = primitiveReference(Kind.char);

/** The owner of a type, as a number: an interface, a world, or {@link noOwner}. */
export type Owner = number;

/** No owner, for an anonymous type. */
export const noOwner: Owner = 0;

export function ownerInterface(id: InterfaceId): Owner {
  return id * 2 + 1;
}

export function ownerWorld(id: WorldId): Owner {
  return id * 2 + 2;
}

/** Returns the interface that an owner is; -1 for a world or no owner. */
export function owningInterface(owner: Owner): InterfaceId {
  return (owner & 1) === 1 ? (owner - 1) / 2 : -1;
}

/** The columns of a row. */
const Column = {
  kind: 0,
  first: 1,
  second: 2,
  name: 3,
  owner: 4,
  flags: 5,
  stability: 6,
  externalId: 7,
  tree: 8,
  start: 9,
  end: 10,
  docs: 11,
} as const;
const width = 12;

/**
 * All types of a run, by id. Each is a row of numbers, because there are many; the objects of the model are created on
 * demand.
 *
 * The column `kind` contains the {@link Kind} of the type's node: `own` and `borrow` for handles, `type` for aliases.
 * The columns `first` and `second` contain:
 *
 * - list, option, future, stream, handles, aliases: a reference to the type they refer to
 * - list of fixed length: the reference, and the length
 * - map, result: two references
 * - tuple: the index in {@link lists} of its number of elements, followed there by their references
 * - record, variant: the node of the definition, and the index in {@link lists} as for a tuple, with the types of the
 *   members
 * - flags, enum: the node of the definition
 */
export class TypeTable {
  readonly #rows: NumberList;
  /**
   * Finds anonymous types by their structure, separately for each package; except tuples with more than two elements.
   */
  readonly structures: IntegerTripleMap;
  /** The number of the next package; it is part of the keys in {@link structures}. */
  nextPackage = 0;
  /** Lists of references. Those of tuples, records and variants follow their length. */
  readonly lists: NumberList;
  /** A stack of references that are being collected. Code that pushes references removes them again. */
  readonly scratch = new NumberList();
  readonly #trees: readonly Tree[];
  readonly #stabilities: (Stability | undefined)[] = [undefined];
  readonly #externalIds: (string | undefined)[] = [undefined];
  readonly #closed: {
    readonly stability: Stability | undefined;
    readonly flags: number;
    readonly shared: SourceRange | undefined;
  }[] = [];

  /**
   * @param trees - the syntax trees of all files, by {@link Tree.index}
   * @param room - the estimated number of types
   */
  constructor(trees: readonly Tree[], room: number) {
    this.#trees = trees;
    this.#rows = new NumberList(width * room);
    this.structures = new IntegerTripleMap(room);
    this.lists = new NumberList(4 * room);
  }

  /** The number of types. */
  get count(): number {
    return this.#rows.length / width;
  }

  /** Adds an anonymous type and returns its id. */
  add(kind: Kind, first: number, second: number, flags: number): TypeId {
    const rows = this.#rows;
    const at = rows.extend(width);
    rows.set(at + Column.kind, kind);
    rows.set(at + Column.first, first);
    rows.set(at + Column.second, second);
    rows.set(at + Column.flags, flags);
    rows.set(at + Column.tree, -1);
    rows.set(at + Column.docs, -1);
    return at / width;
  }

  /** Sets the source position of a type, for `Origins`. */
  setPlace(
    id: TypeId,
    tree: Tree,
    { start, end }: { readonly start: number; readonly end: number },
  ): void {
    this.setRange(id, tree, start, end);
  }

  /** As {@link setPlace}, with separate offsets. */
  setRange(id: TypeId, tree: Tree, start: number, end: number): void {
    const at = id * width;
    this.#rows.set(at + Column.tree, tree.index);
    this.#rows.set(at + Column.start, start);
    this.#rows.set(at + Column.end, end);
  }

  /** Sets the name of a type. */
  setName(id: TypeId, name: number): void {
    this.#rows.set(id * width + Column.name, name);
  }

  setOwner(id: TypeId, owner: Owner): void {
    this.#rows.set(id * width + Column.owner, owner);
  }

  /** @param docs - the offset of the docs in the file of the type, or -1 */
  setDetails(
    id: TypeId,
    docs: number,
    stability: Stability | undefined,
    externalId: string | undefined,
  ): void {
    const at = id * width;
    this.#rows.set(at + Column.docs, docs);
    if (stability !== undefined) this.setStability(id, stability);
    if (externalId !== undefined)
      this.#rows.set(
        at + Column.externalId,
        this.#externalIds.push(externalId) - 1,
      );
  }

  setStability(id: TypeId, stability: Stability): void {
    const last = this.#stabilities.length - 1;
    // The types within a gated definition share its stability, so consecutive calls often repeat it.
    const index =
      this.#stabilities[last] === stability
        ? last
        : this.#stabilities.push(stability) - 1;
    this.#rows.set(id * width + Column.stability, index);
  }

  /** Adds a copy of a type with other parts, and returns its id. */
  addCopy(of: TypeId, first: number, second: number): TypeId {
    const rows = this.#rows;
    const at = rows.extend(width);
    for (let column = 0; column < width; column++)
      rows.set(at + column, rows.get(of * width + column));
    rows.set(at + Column.first, first);
    rows.set(at + Column.second, second);
    return at / width;
  }

  /**
   * Adds a type whose gate is closed, and returns the reference to it.
   *
   * @param shared - the result of {@link sharedPlace} for the type
   */
  addClosed(
    stability: Stability | undefined,
    flags: number,
    shared?: SourceRange,
  ): Reference {
    return firstClosed + this.#closed.push({ stability, flags, shared }) - 1;
  }

  /**
   * Returns the position from which an anonymous type has its closed gate; `undefined` if it has it from a named type.
   * Equal anonymous types are one type, so if it is gated where it is first written, it is closed at every other
   * position too.
   */
  sharedPlace(reference: Reference): SourceRange | undefined {
    return this.#closed[reference - firstClosed]?.shared;
  }

  kind(id: TypeId): Kind {
    return this.#rows.get(id * width) as Kind;
  }

  first(id: TypeId): number {
    return this.#rows.get(id * width + Column.first);
  }

  second(id: TypeId): number {
    return this.#rows.get(id * width + Column.second);
  }

  /** The number of the name; 0 if the type is anonymous. */
  name(id: TypeId): number {
    return this.#rows.get(id * width + Column.name);
  }

  owner(id: TypeId): Owner {
    return this.#rows.get(id * width + Column.owner);
  }

  externalId(id: TypeId): string | undefined {
    return this.#externalIds[this.#rows.get(id * width + Column.externalId)];
  }

  /** The tree of the file that contains the type; `undefined` for a type without a source position. */
  tree(id: TypeId): Tree | undefined {
    return this.#trees[this.#rows.get(id * width + Column.tree)];
  }

  start(id: TypeId): number {
    return this.#rows.get(id * width + Column.start);
  }

  end(id: TypeId): number {
    return this.#rows.get(id * width + Column.end);
  }

  docs(id: TypeId): number {
    return this.#rows.get(id * width + Column.docs);
  }

  /** The {@link TypeFlag}s of the type that a reference refers to. */
  flags(reference: Reference): number {
    if (reference < 0)
      return reference === char ? TypeFlag.char : TypeFlag.none;
    if (reference >= firstClosed)
      return this.#closed[reference - firstClosed]?.flags ?? TypeFlag.none;
    return this.#rows.get(reference * width + Column.flags);
  }

  /** The stability of the type that a reference refers to. */
  stability(reference: Reference): Stability | undefined {
    if (reference < 0) return undefined;
    if (reference >= firstClosed)
      return this.#closed[reference - firstClosed]?.stability;
    return this.#stabilities[
      this.#rows.get(reference * width + Column.stability)
    ];
  }
}
