import type {
  Docs,
  InterfaceId,
  Stability,
  TypeDefinition,
  TypeId,
  TypeKind,
  TypeReference,
  WorldId,
} from "../model/model.js";
import type { NodeBase } from "../syntax/ast.js";
import type { SourceFile } from "../syntax/source.js";
import type { TypeBuilder } from "./builder.js";
import { StructureTable } from "./structure-table.js";

/** Stands for a type that could not be resolved; the reason has been reported, and what refers to it is silent. */
export const unresolved = -1;

/** References from here on are to types whose gate is closed: they have no place in the model. */
export const firstClosed = 2 ** 25;

/** Whether a reference is to a type whose gate is closed. */
export function isClosed(reference: TypeReference): reference is number {
  return typeof reference === "number" && reference >= firstClosed;
}

/** What the resolver must know of a type beyond its definition. */
export const TypeFlag = {
  none: 0,
  /** It is a resource, or an alias of one. */
  resource: 1,
  /** A `borrow` is in it. */
  borrow: 2,
} as const;

/** Who owns a type. */
export type Owner =
  { readonly interface: InterfaceId } | { readonly world: WorldId } | null;

/** All types of a run, by id. */
export class TypeTable {
  readonly definitions: TypeBuilder[] = [];
  /** The anonymous types by what they are made of, of each package its own. */
  readonly structures = new StructureTable();
  /** What the packages are told apart by there. */
  nextPackage = 0;
  readonly #flags: number[] = [];
  readonly #closed: {
    readonly stability: Stability | undefined;
    readonly flags: number;
  }[] = [];
  /** Where each type was written, for {@link Origins}; the two lists run in parallel. */
  readonly nodes: (NodeBase | undefined)[] = [];
  readonly sources: (SourceFile | undefined)[] = [];

  /** Adds a type at the end. */
  add(
    name: string | null,
    kind: TypeKind,
    owner: Owner,
    docs: Docs | undefined,
    stability: Stability | undefined,
    externalId: string | undefined,
    flags: number,
    node: NodeBase | undefined,
    source: SourceFile | undefined,
  ): TypeId {
    // Most have docs or not, and nothing else: those get an object of just the size they need.
    const definition: TypeBuilder =
      docs === undefined ? { name, kind, owner } : { name, kind, owner, docs };
    if (stability !== undefined) definition.stability = stability;
    if (externalId !== undefined) definition.external_id = externalId;
    this.#flags.push(flags);
    this.nodes.push(node);
    this.sources.push(source);
    return this.definitions.push(definition) - 1;
  }

  /** Adds a copy of a type; its kind and owner are for the caller to replace. */
  addCopy(of: TypeId): TypeId {
    const original = this.get(of);
    this.#flags.push(this.flags(of));
    this.nodes.push(this.nodes[of]);
    this.sources.push(this.sources[of]);
    return this.definitions.push({ ...original }) - 1;
  }

  /** Notes a type whose gate is closed, for others may refer to it, and gives the reference to it. */
  addClosed(stability: Stability | undefined, flags: number): TypeId {
    return firstClosed + this.#closed.push({ stability, flags }) - 1;
  }

  get(id: TypeId): TypeDefinition {
    const definition = this.definitions[id];
    if (definition === undefined) throw new RangeError(`no type ${String(id)}`);
    return definition;
  }

  /** The {@link TypeFlag}s of what a reference refers to. */
  flags(reference: TypeReference): number {
    if (typeof reference === "string") return TypeFlag.none;
    if (reference >= firstClosed)
      return this.#closed[reference - firstClosed]?.flags ?? TypeFlag.none;
    return this.#flags[reference] ?? TypeFlag.none;
  }

  /** The stability of what a reference refers to. */
  stability(reference: TypeReference): Stability | undefined {
    if (typeof reference === "string") return undefined;
    if (reference >= firstClosed)
      return this.#closed[reference - firstClosed]?.stability;
    return this.definitions[reference]?.stability;
  }
}
