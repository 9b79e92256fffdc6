import type { SourceRange } from "../diagnostics/diagnostic.js";
import type {
  InterfaceId,
  Stability,
  TypeId,
  WorldId,
} from "../model/model.js";
import type { Kind } from "../syntax/kind.js";
import type { Tree } from "../syntax/tree.js";
import { NumberList } from "./number-list.js";
import { firstClosed, type Reference } from "./reference.js";
import { StructureTable } from "./structure-table.js";

/** What the resolver must know of a type beyond its definition. */
export const TypeFlag = {
  none: 0,
  /** It is a resource, or an alias of one. */
  resource: 1,
  /** A `borrow` is in it. */
  borrow: 2,
} as const;

/** Who owns a type, as one number: nobody, an interface or a world. */
export type Owner = number;

/** Nobody, for a type that has no name. */
export const nobody: Owner = 0;

export function ownerInterface(id: InterfaceId): Owner {
  return id * 2 + 1;
}

export function ownerWorld(id: WorldId): Owner {
  return id * 2 + 2;
}

/** The interface that owns something; -1 if none does. */
export function owningInterface(owner: Owner): InterfaceId {
  return (owner & 1) === 1 ? (owner - 1) / 2 : -1;
}

/** The numbers of a row of the table. */
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
 * All types of a run, by id: a row of numbers for each, for there are many, and the objects of the model are made only when it
 * is asked for.
 *
 * What a type is, the kind of its node says ({@link Kind}), with `own` and `borrow` for handles and `type` for aliases; and two
 * numbers besides: what it is made of, as references (`list`, `option`, `future`, `stream`, handles and aliases: one; `map`,
 * `result`: two; a list of fixed length: one, and the length); of a tuple, the index in {@link lists} of how many elements it has,
 * behind which are their references; of a record and a variant, the same for the types of its members, with the node of
 * the definition before that; of flags and an enum, the node.
 */
export class TypeTable {
  readonly #rows: NumberList;
  /** The anonymous types by what they are made of, of each package its own. */
  readonly structures: StructureTable;
  /** What the packages are told apart by there. */
  nextPackage = 0;
  /** Lists of references, each behind its length. */
  readonly lists: NumberList;
  /** References that are being gathered: whoever adds some takes them back. */
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
   * @param trees - the files, as the rows name them
   * @param room - how many types there may be: a guess
   */
  constructor(trees: readonly Tree[], room: number) {
    this.#trees = trees;
    this.#rows = new NumberList(width * room);
    this.structures = new StructureTable(room);
    this.lists = new NumberList(4 * room);
  }

  /** How many types there are. */
  get count(): number {
    return this.#rows.length / width;
  }

  /** Adds a type at the end; it has no name yet. */
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

  /** Says where a type stands, for `Origins`; see {@link setRange}. */
  setPlace(
    id: TypeId,
    tree: Tree,
    { start, end }: { readonly start: number; readonly end: number },
  ): void {
    this.setRange(id, tree, start, end);
  }

  /** The same, of two offsets. */
  setRange(id: TypeId, tree: Tree, start: number, end: number): void {
    const at = id * width;
    this.#rows.set(at + Column.tree, tree.index);
    this.#rows.set(at + Column.start, start);
    this.#rows.set(at + Column.end, end);
  }

  /** Gives a type a name. */
  setName(id: TypeId, name: number): void {
    this.#rows.set(id * width + Column.name, name);
  }

  setOwner(id: TypeId, owner: Owner): void {
    this.#rows.set(id * width + Column.owner, owner);
  }

  /** @param docs where the docs begin in the file the type stands in */
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
    // One gate is that of all the parts of a type.
    const index =
      this.#stabilities[last] === stability
        ? last
        : this.#stabilities.push(stability) - 1;
    this.#rows.set(id * width + Column.stability, index);
  }

  /** Adds a copy of a type, made of something else. */
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
   * Notes a type whose gate is closed, for others may refer to it, and gives the reference to it.
   *
   * @param shared - where it was first written, if it has no name and the gate is not its own: see {@link sharedPlace}
   */
  addClosed(
    stability: Stability | undefined,
    flags: number,
    shared?: SourceRange,
  ): Reference {
    return firstClosed + this.#closed.push({ stability, flags, shared }) - 1;
  }

  /**
   * Where a type whose gate is closed was first written, if it has that gate only from there: equal types without a name
   * are one, so it is closed wherever else it is written.
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

  /** The number of its name; 0 if it has none. */
  name(id: TypeId): number {
    return this.#rows.get(id * width + Column.name);
  }

  owner(id: TypeId): Owner {
    return this.#rows.get(id * width + Column.owner);
  }

  externalId(id: TypeId): string | undefined {
    return this.#externalIds[this.#rows.get(id * width + Column.externalId)];
  }

  /** The file it stands in; `undefined` for what stands nowhere. */
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

  /** The {@link TypeFlag}s of what a reference refers to. */
  flags(reference: Reference): number {
    if (reference < 0) return TypeFlag.none;
    if (reference >= firstClosed)
      return this.#closed[reference - firstClosed]?.flags ?? TypeFlag.none;
    return this.#rows.get(reference * width + Column.flags);
  }

  /** The stability of what a reference refers to. */
  stability(reference: Reference): Stability | undefined {
    if (reference < 0) return undefined;
    if (reference >= firstClosed)
      return this.#closed[reference - firstClosed]?.stability;
    return this.#stabilities[
      this.#rows.get(reference * width + Column.stability)
    ];
  }
}
