/**
 * The resolved model of a set of WIT packages: the shape that `wasm-tools component wit --json` prints, so
 * that it can be compared with the reference implementation field by field, and tools that read that JSON can
 * read ours. Ids are indices into the four lists of {@link Model}. The order of lists and of keys is the reference's
 * and matters: the output is generated in it. `Map` is used wherever the JSON has an object keyed by names, for names
 * such as `constructor` or `0` must neither collide nor be re-ordered.
 *
 * What the JSON leaves out stands beside the model, in {@link Origins}, but for the documentation of parameters.
 */
import type { SourceRange } from "../diagnostics/diagnostic.js";
import type { PrimitiveName } from "../syntax/ast.js";

export type WorldId = number;
export type InterfaceId = number;
export type TypeId = number;
export type PackageId = number;

/** Everything that was resolved. */
export interface Model {
  readonly worlds: readonly World[];
  readonly interfaces: readonly Interface[];
  readonly types: readonly TypeDefinition[];
  readonly packages: readonly Package[];
}

/** A package, its interfaces and worlds. */
export interface Package {
  /** `namespace:name` or `namespace:name@version`. */
  readonly name: string;
  readonly docs?: Docs;
  readonly interfaces: ReadonlyMap<string, InterfaceId>;
  readonly worlds: ReadonlyMap<string, WorldId>;
}

/** The text of the comments in front of an item. */
export interface Docs {
  readonly contents: string;
}

/** What an item's gate says; unknown where there is none. */
export type Stability =
  | {
      readonly stable: { readonly since: string; readonly deprecated?: string };
    }
  | {
      readonly unstable: {
        readonly feature: string;
        readonly deprecated?: string;
      };
    };

export interface World {
  readonly name: string;
  /**
   * By name, or by `interface-<id>` for an interface imported under its own name; with a `$` behind it where something else
   * is called that.
   */
  readonly imports: ReadonlyMap<string, WorldItem>;
  readonly exports: ReadonlyMap<string, WorldItem>;
  readonly package: PackageId;
  readonly docs?: Docs;
  readonly stability?: Stability;
}

export type WorldItem =
  | {
      readonly interface: {
        readonly id: InterfaceId;
        readonly stability?: Stability;
        readonly external_id?: string;
        readonly docs?: Docs;
      };
    }
  | { readonly function: Function }
  | { readonly type: TypeId };

export interface Interface {
  /** `null` for one that stands inline in a world. */
  readonly name: string | null;
  readonly types: ReadonlyMap<string, TypeId>;
  readonly functions: ReadonlyMap<string, Function>;
  readonly docs?: Docs;
  readonly stability?: Stability;
  readonly package: PackageId;
  /** The interface that an `include` copied this one from. */
  readonly clone_of?: InterfaceId;
}

export interface Function {
  /** With a prefix for members of resources: `[method]r.m`, `[static]r.s`, `[constructor]r`. */
  readonly name: string;
  readonly kind: FunctionKind;
  readonly params: readonly Parameter[];
  readonly result?: TypeReference;
  readonly docs?: Docs;
  readonly stability?: Stability;
  readonly external_id?: string;
}

export type FunctionKind =
  | "freestanding"
  | "async-freestanding"
  | { readonly method: TypeId }
  | { readonly "async-method": TypeId }
  | { readonly static: TypeId }
  | { readonly "async-static": TypeId }
  | { readonly constructor: TypeId };

export interface Parameter {
  readonly name: string;
  readonly type: TypeReference;
  /** The reference knows nothing of it, so it is not in the JSON. */
  readonly docs?: Docs;
}

/** A primitive by its name, any other type by its id. */
export type TypeReference = PrimitiveName | TypeId;

export interface TypeDefinition {
  /** `null` for a type that stands inside another. */
  readonly name: string | null;
  readonly kind: TypeKind;
  readonly owner:
    { readonly interface: InterfaceId } | { readonly world: WorldId } | null;
  readonly docs?: Docs;
  readonly stability?: Stability;
  readonly external_id?: string;
}

export type TypeKind =
  | "resource"
  | { readonly record: { readonly fields: readonly Field[] } }
  | { readonly flags: { readonly flags: readonly Flag[] } }
  | { readonly variant: { readonly cases: readonly Case[] } }
  | { readonly enum: { readonly cases: readonly EnumCase[] } }
  | { readonly tuple: { readonly types: readonly TypeReference[] } }
  | { readonly option: TypeReference }
  | { readonly list: TypeReference }
  | { readonly "fixed-length-list": readonly [TypeReference, number] }
  | { readonly map: readonly [TypeReference, TypeReference] }
  | {
      readonly result: {
        readonly ok: TypeReference | null;
        readonly err: TypeReference | null;
      };
    }
  | { readonly future: TypeReference | null }
  | { readonly stream: TypeReference | null }
  | { readonly handle: { readonly own: TypeId } | { readonly borrow: TypeId } }
  | { readonly type: TypeReference };

export interface Field {
  readonly name: string;
  readonly type: TypeReference;
  readonly docs?: Docs;
}

export interface Case {
  readonly name: string;
  readonly type: TypeReference | null;
  readonly docs?: Docs;
}

export interface Flag {
  readonly name: string;
  readonly docs?: Docs;
}

export interface EnumCase {
  readonly name: string;
  readonly docs?: Docs;
}

/** Where the items of a model stand in the source, for what is found out after resolving. */
export interface Origins {
  readonly worlds: ReadonlyMap<WorldId, SourceRange>;
  readonly interfaces: ReadonlyMap<InterfaceId, SourceRange>;
  readonly types: ReadonlyMap<TypeId, SourceRange>;
  /** The packages that were asked for, the others being dependencies. */
  readonly roots: readonly PackageId[];
}
