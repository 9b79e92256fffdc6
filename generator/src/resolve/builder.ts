/**
 * The model while it is being built: the types of `model.ts`, but writable, and with references that have not been linked
 * yet. A finished builder is a model.
 */
import type {
  Docs,
  FunctionKind,
  InterfaceId,
  PackageId,
  Stability,
  TypeDefinition,
  TypeId,
  TypeReference,
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

export interface FunctionBuilder {
  name: string;
  kind: FunctionKind;
  params: ParameterBuilder[];
  result?: TypeReference;
  docs?: Docs;
  stability?: Stability;
  external_id?: string;
}

export interface ParameterBuilder {
  readonly name: string;
  type: TypeReference;
  readonly docs?: Docs;
}

export interface InterfaceBuilder {
  /** -1 if its gate is closed. */
  readonly id: InterfaceId;
  readonly name: string | null;
  readonly package: PackageId;
  readonly types: Map<string, TypeId>;
  readonly functions: Map<string, FunctionBuilder>;
  readonly docs: Docs | undefined;
  readonly stability: Stability | undefined;
  readonly cloneOf: InterfaceId | undefined;
  /** The interfaces whose types it uses, in the order in which it first does. */
  readonly uses: InterfaceBuilder[];
  /** The interface that was resolved last of those that use this one's types. */
  lastUser: InterfaceBuilder | undefined;
  /** Names that the model does not have: of types whose gate is closed, or that could not be resolved. */
  hidden: Map<string, TypeReference> | undefined;
  /** What of it could not be understood, so that a name missing from it proves nothing. */
  lost: LostText | undefined;
  readonly place: Place;
}

export interface InterfaceItem {
  readonly interface: {
    readonly id: InterfaceId;
    stability?: Stability;
    external_id?: string;
    docs?: Docs;
  };
}

export type WorldItemBuilder =
  InterfaceItem | { function: FunctionBuilder } | { type: TypeId };

/** A name, or the id of an interface that goes by its own. */
export type WorldKey = string | InterfaceId;

export interface WorldBuilder {
  /** -1 if its gate is closed. */
  readonly id: WorldId;
  readonly name: string;
  readonly package: PackageId;
  imports: Map<WorldKey, WorldItemBuilder>;
  exports: Map<WorldKey, WorldItemBuilder>;
  readonly docs: Docs | undefined;
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

/** A type definition whose members may still be replaced. */
export type TypeBuilder = {
  -readonly [Key in keyof TypeDefinition]: TypeDefinition[Key];
};
