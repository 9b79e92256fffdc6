/**
 * Interface descriptors: a WIT interface as plain data that the runtime can read. The generator writes one beside
 * each contract. Adapters, bridges, checks and tracing are written once over descriptors instead of being generated
 * per interface, so one small runtime serves every interface.
 *
 * A descriptor is structured-cloneable, contains no functions, and never changes after it is created.
 */
import type { Contracts, contracts } from "./contracts.js";

/** The name of a primitive WIT type. */
export type PrimitiveDescriptor =
  | "bool"
  | "u8"
  | "u16"
  | "u32"
  | "u64"
  | "s8"
  | "s16"
  | "s32"
  | "s64"
  | "f32"
  | "f64"
  | "char"
  | "string"
  | "error-context";

/**
 * A type at the place where it is used, in WIT syntax: `u8`, `option<list<string>>`, `result<_, socket-error>`,
 * `list<f32, 3>`, `borrow<request>`.
 *
 * Names are looked up in {@link InterfaceDescriptor.types}. A name that is also a keyword among WIT types is prefixed
 * with `%`. An owned resource is always written `own<…>`.
 */
export type TypeDescriptor = string;

/** The definition of a named type. */
export type TypeDefinitionDescriptor =
  /** `type a = b` */
  | { readonly kind: "alias"; readonly type: TypeDescriptor }
  /** `use other.{name}`: the descriptor of the other interface holds the definition. */
  | {
      readonly kind: "use";
      readonly from: InterfaceDescriptor;
      readonly name: string;
    }
  | { readonly kind: "record"; readonly fields: readonly FieldDescriptor[] }
  | { readonly kind: "variant"; readonly cases: readonly CaseDescriptor[] }
  | { readonly kind: "enum"; readonly cases: readonly string[] }
  | { readonly kind: "flags"; readonly flags: readonly FlagDescriptor[] }
  | ResourceDescriptor;

/** A field of a record. */
export interface FieldDescriptor {
  /** The name in WIT. */
  readonly name: string;
  /** The property in TypeScript. */
  readonly key: string;
  readonly type: TypeDescriptor;
}

/** A case of a variant. Its WIT name is its `tag` in TypeScript. */
export interface CaseDescriptor {
  readonly name: string;
  readonly type?: TypeDescriptor;
}

/** A flag of a `flags` type. */
export interface FlagDescriptor {
  /** The name in WIT. */
  readonly name: string;
  /** The property in TypeScript. */
  readonly key: string;
}

/** A resource and its functions. */
export interface ResourceDescriptor {
  readonly kind: "resource";
  /** The member of the contract that holds the class. */
  readonly key: string;
  /**
   * The constructor; absent if WIT declares none. The property is not called `constructor` because every object
   * inherits a property of that name.
   */
  readonly create?: FunctionDescriptor;
  /**
   * The static function of the class that creates an instance, for a WIT constructor that can fail: it returns the
   * `result`, which `new` cannot do. Absent if instances are created with `new`.
   */
  readonly factory?: string;
  /** The methods, keyed by property of the instance. Their parameters do not include `self`. */
  readonly methods: Readonly<Record<string, FunctionDescriptor>>;
  /** The static functions, keyed by property of the class. */
  readonly statics: Readonly<Record<string, FunctionDescriptor>>;
}

/** A function. */
export interface FunctionDescriptor {
  /** The name in WIT, without the prefix of resource members. */
  readonly name: string;
  readonly parameters: readonly ParameterDescriptor[];
  readonly result?: TypeDescriptor;
  /**
   * Present if jco returns the function-level `result` of this function whole, as a value, because its type is an
   * alias reached by `use`. jco throws the errors of all other functions whose result type is a `result`.
   */
  readonly errors?: "returned";
  /** Present for an `async func` in WIT: the function returns a promise in both contracts. */
  readonly async?: true;
}

/** A parameter of a function. */
export interface ParameterDescriptor {
  /** The name in WIT. */
  readonly name: string;
  readonly type: TypeDescriptor;
}

/**
 * A WIT interface as plain data.
 *
 * @typeParam C - the contracts generated for the interface. They exist for the compiler only.
 */
export interface InterfaceDescriptor<C extends Contracts = Contracts> {
  readonly kind: "interface";
  /** The full name, such as `scheduler:core-libs/socket@0.1.0`. */
  readonly name: string;
  /** The types that the interface defines or uses, keyed by name in WIT. */
  readonly types: Readonly<Record<string, TypeDefinitionDescriptor>>;
  /** The functions that do not belong to a resource, keyed by property of the contract. */
  readonly functions: Readonly<Record<string, FunctionDescriptor>>;
  /** Never present at run time. */
  readonly [contracts]?: C;
}

/**
 * A WIT world as plain data.
 *
 * @typeParam C - the types of imports and exports generated for the world. They exist for the compiler only.
 */
export interface WorldDescriptor<C extends Contracts = Contracts> {
  readonly kind: "world";
  /** The full name, such as `scheduler:core-libs/actions-http@0.1.0`. */
  readonly name: string;
  /** The imports, keyed as in the generated interface of imports. */
  readonly imports: Readonly<Record<string, WorldItemDescriptor>>;
  /** The exports, keyed as in the generated interface of exports. */
  readonly exports: Readonly<Record<string, WorldItemDescriptor>>;
  /** The types that the world itself declares, keyed by name in WIT. */
  readonly types: Readonly<Record<string, TypeDefinitionDescriptor>>;
  /** Never present at run time. */
  readonly [contracts]?: C;
}

/** An import or export of a world: an interface, or a function or resource that the world itself declares. */
export type WorldItemDescriptor =
  | InterfaceDescriptor
  | { readonly kind: "function"; readonly function: FunctionDescriptor }
  /** A resource that the world declares, defined in {@link WorldDescriptor.types}. */
  | { readonly kind: "resource"; readonly name: string };
