/**
 * The resolved model of a set of WIT packages.
 *
 * It has the shape that `wasm-tools component wit --json` prints. It can therefore be compared with the reference
 * implementation field by field, and tools that read that JSON can read this model.
 *
 * - Ids are indices into the four lists of {@link Model}.
 * - The order of lists and of keys is that of the reference implementation. It matters: the output is generated in
 *   it.
 * - `Map` is used wherever the JSON has an object keyed by names, because a name such as `constructor` must not be
 *   confused with an inherited property.
 *
 * What the JSON does not contain is beside the model, in {@link Origins}, except for the documentation of parameters.
 */
import type { SourceRange } from "../diagnostics/diagnostic.js";
import type { PrimitiveName } from "../syntax/ast.js";

/** An index into {@link Model.worlds}. */
export type WorldId = number;
/** An index into {@link Model.interfaces}. */
export type InterfaceId = number;
/** An index into {@link Model.types}. */
export type TypeId = number;
/** An index into {@link Model.packages}. */
export type PackageId = number;

/** The root of the model: everything that was resolved. */
export interface Model {
  readonly worlds: readonly World[];
  readonly interfaces: readonly Interface[];
  /** Every type but the primitive ones. A type follows all types that it refers to. */
  readonly types: readonly TypeDefinition[];
  readonly packages: readonly Package[];
}

/** A package with its interfaces and worlds. */
export interface Package {
  /** `namespace:name` or `namespace:name@version`. */
  readonly name: string;
  readonly docs?: Docs;
  readonly interfaces: ReadonlyMap<string, InterfaceId>;
  readonly worlds: ReadonlyMap<string, WorldId>;
}

/** The text of the comments in front of an item. */
export interface Docs {
  /** Without the comment markers, lines separated by `\n`. */
  readonly contents: string;
}

/**
 * The feature gate of an item: `@since` or `@unstable`, and the version of `@deprecated` if there is one. The property
 * is absent if the item has none.
 */
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

/** A world: what a component imports and exports. */
export interface World {
  readonly name: string;
  /**
   * Keyed by name, or by `interface-<id>` for an interface imported under its own name; with `$` appended if something
   * else has that name.
   */
  readonly imports: ReadonlyMap<string, WorldItem>;
  readonly exports: ReadonlyMap<string, WorldItem>;
  readonly package: PackageId;
  readonly docs?: Docs;
  readonly stability?: Stability;
}

/** What a world imports or exports: an interface, a function, or a type that it uses or declares. */
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

/** An interface: types and functions. */
export interface Interface {
  /** `null` for an interface declared inline in a world. */
  readonly name: string | null;
  /** The types that it declares, and those that it takes from other interfaces with `use`. */
  readonly types: ReadonlyMap<string, TypeId>;
  /** Keyed by {@link Function.name}; functions of its resources included. */
  readonly functions: ReadonlyMap<string, Function>;
  readonly docs?: Docs;
  readonly stability?: Stability;
  readonly package: PackageId;
  /** The interface from which an `include` copied this one. */
  readonly clone_of?: InterfaceId;
}

/** A function of an interface, a resource or a world. */
export interface Function {
  /** The name, prefixed for members of resources: `[method]r.m`, `[static]r.s`, `[constructor]r`. */
  readonly name: string;
  readonly kind: FunctionKind;
  /** Methods have `self` first. */
  readonly params: readonly Parameter[];
  /** Absent if the function returns nothing. */
  readonly result?: TypeReference;
  readonly docs?: Docs;
  readonly stability?: Stability;
  /** The text of `@external-id`. */
  readonly external_id?: string;
}

/** Whether a function belongs to a resource, by its id, and in which role; and whether it is `async`. */
export type FunctionKind =
  | "freestanding"
  | "async-freestanding"
  | { readonly method: TypeId }
  | { readonly "async-method": TypeId }
  | { readonly static: TypeId }
  | { readonly "async-static": TypeId }
  | { readonly constructor: TypeId };

/** A parameter of a function. */
export interface Parameter {
  readonly name: string;
  readonly type: TypeReference;
  /** Not in the JSON, because the reference implementation does not have it. */
  readonly docs?: Docs;
}

/** A primitive type by its name, or any other type by its id. */
export type TypeReference = PrimitiveName | TypeId;

/** A type, named or not. */
export interface TypeDefinition {
  /** `null` for an anonymous type inside another type. */
  readonly name: string | null;
  readonly kind: TypeKind;
  /** Where the type is declared; `null` for an anonymous type. */
  readonly owner:
    { readonly interface: InterfaceId } | { readonly world: WorldId } | null;
  readonly docs?: Docs;
  readonly stability?: Stability;
  readonly external_id?: string;
}

/** The structure of a type, in the terms of WIT. */
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
  /** An alias of another type, declared with `type` or `use`. */
  | { readonly type: TypeReference };

/** A field of a record. */
export interface Field {
  readonly name: string;
  readonly type: TypeReference;
  readonly docs?: Docs;
}

/** A case of a variant. */
export interface Case {
  readonly name: string;
  /** `null` for a case without a payload. */
  readonly type: TypeReference | null;
  readonly docs?: Docs;
}

/** One of a set of flags. */
export interface Flag {
  readonly name: string;
  readonly docs?: Docs;
}

/** A case of an enum. */
export interface EnumCase {
  readonly name: string;
  readonly docs?: Docs;
}

/** The source positions of the items of a model, for problems found after resolving. */
export interface Origins {
  readonly worlds: ReadonlyMap<WorldId, SourceRange>;
  readonly interfaces: ReadonlyMap<InterfaceId, SourceRange>;
  readonly types: ReadonlyMap<TypeId, SourceRange>;
  /** The packages that were requested. All others are dependencies. */
  readonly roots: readonly PackageId[];
}
