/**
 * The packages, worlds and interfaces of the model while it is being built. Their types are in the `TypeTable`, their
 * functions in the `FunctionTable`.
 */
import type {
  Docs,
  InterfaceId,
  PackageId,
  Stability,
  TypeId,
  WorldId,
} from "../model/model.js";
import type { UnparsedText } from "./unparsed-text.js";
import type { NodeBase } from "../syntax/ast.js";
import type { SourceFile } from "../syntax/source.js";

/** The source position of an item. */
export interface Place {
  readonly source: SourceFile;
  readonly node: NodeBase;
}

export interface InterfaceBuilder {
  /** -1 if its feature gate is closed. */
  readonly id: InterfaceId;
  readonly name: string | null;
  readonly package: PackageId;
  /** The number of its scope in the `NameTable`, which holds its types. */
  readonly scope: number;
  /** The rows of its functions in the `FunctionTable`: `firstFunction` up to, but excluding, `endOfFunctions`. */
  firstFunction: number;
  endOfFunctions: number;
  /** The offset of its docs, or -1. */
  readonly docs: number;
  readonly stability: Stability | undefined;
  readonly cloneOf: InterfaceId | undefined;
  /** The interfaces whose types it uses, in the order of their first use. */
  readonly uses: InterfaceBuilder[];
  /** Of the interfaces that use types of this one, the interface that was resolved last. */
  lastUser: InterfaceBuilder | undefined;
  /** Names of types that are not in the model because their gate is closed or they could not be resolved. */
  hidden: readonly number[] | undefined;
  /** The parts of its text that syntax errors made unreadable. A name that seems to be missing may be defined there. */
  lost: UnparsedText | undefined;
  /** Whether other interfaces or worlds have the same name, so that a reference may be intended for one of those. */
  isRepeated: boolean;
  readonly place: Place;
}

/** An interface that a world imports or exports. */
export interface InterfaceItem {
  readonly interface: {
    readonly id: InterfaceId;
    stability?: Stability;
    external_id?: string;
    docs?: Docs;
  };
}

/** An item that a world imports or exports. A function is given by its row. */
export type WorldItemBuilder =
  InterfaceItem | { readonly function: number } | { readonly type: TypeId };

/** A label, or the id of an interface that is imported or exported under its own name. */
export type WorldKey = string | InterfaceId;

export interface WorldBuilder {
  /** -1 if its feature gate is closed. */
  readonly id: WorldId;
  readonly name: string;
  readonly package: PackageId;
  imports: Map<WorldKey, WorldItemBuilder>;
  exports: Map<WorldKey, WorldItemBuilder>;
  /** The offset of its docs, or -1. */
  readonly docs: number;
  readonly stability: Stability | undefined;
  isBroken: boolean;
  readonly place: Place;
}

export interface PackageBuilder {
  readonly id: PackageId;
  readonly name: string;
  readonly docs: Docs | undefined;
  readonly interfaces: Map<string, InterfaceBuilder>;
  readonly worlds: Map<string, WorldBuilder>;
  /** Names of interfaces and worlds whose gate is closed. */
  readonly gated: Set<string>;
  /** Whether syntax errors made part of it unreadable, so that a name that seems to be missing may be defined there. */
  isBroken: boolean;
}
