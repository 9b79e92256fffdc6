/**
 * The packages, worlds and interfaces of the model while it is being built. Their types are in the `TypeTable`, their functions
 * in the `FunctionTable`.
 */
import type {
  Docs,
  InterfaceId,
  PackageId,
  Stability,
  TypeId,
  WorldId,
} from "../model/model.js";
import type { LostText } from "./lost-text.js";
import type { NodeBase } from "../syntax/ast.js";
import type { SourceFile } from "../syntax/source.js";

/** Where something stands. */
export interface Place {
  readonly source: SourceFile;
  readonly node: NodeBase;
}

export interface InterfaceBuilder {
  /** -1 if its gate is closed. */
  readonly id: InterfaceId;
  readonly name: string | null;
  readonly package: PackageId;
  /** The number of its scope, by which its types are known. */
  readonly scope: number;
  /** The rows of its functions. */
  firstFunction: number;
  endOfFunctions: number;
  /** Where its docs begin, or -1. */
  readonly docs: number;
  readonly stability: Stability | undefined;
  readonly cloneOf: InterfaceId | undefined;
  /** The interfaces whose types it uses, in the order in which it first does. */
  readonly uses: InterfaceBuilder[];
  /** The interface that was resolved last of those that use this one's types. */
  lastUser: InterfaceBuilder | undefined;
  /** Names that the model does not have: of types whose gate is closed, or that could not be resolved. */
  hidden: readonly number[] | undefined;
  /** What of it could not be understood, so that a name missing from it proves nothing. */
  lost: LostText | undefined;
  /** Whether others have the same name, and may be what is meant by it. */
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

/** What a world imports or exports; a function by its row. */
export type WorldItemBuilder =
  InterfaceItem | { readonly function: number } | { readonly type: TypeId };

/** A name, or the id of an interface that goes by its own. */
export type WorldKey = string | InterfaceId;

export interface WorldBuilder {
  /** -1 if its gate is closed. */
  readonly id: WorldId;
  readonly name: string;
  readonly package: PackageId;
  imports: Map<WorldKey, WorldItemBuilder>;
  exports: Map<WorldKey, WorldItemBuilder>;
  /** Where its docs begin, or -1. */
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
  /** Whether part of it could not be read, so that a name missing from it proves nothing. */
  isBroken: boolean;
}
