/**
 * Interface descriptors: what a WIT interface says, as plain data that the runtime can read. One is generated
 * beside each contract, and lets one small runtime serve every interface: adapters, bridges, checks and tracing are
 * written once over descriptors, not generated per interface.
 *
 * A descriptor is structured-cloneable, holds no functions, and never changes after it is made.
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
 * A type where it is used, as WIT writes it: `u8`, `option<list<string>>`, `result<_, socket-error>`, `list<f32, 3>`,
 * `borrow<request>`. Names are looked up in {@link InterfaceDescriptor.types}; one that is also a word of WIT's types has a `%`
 * in front. An owned resource is always `own<…>`.
 */
export type TypeDescriptor = string;

/** What a name of a type stands for. */
export type TypeDefinitionDescriptor =
  /** `type a = b` */
  | { readonly kind: "alias"; readonly type: TypeDescriptor }
  /** `use other.{name}`: the definition stands in the descriptor of the other interface. */
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

/** A case of a variant. Its name in WIT is its `tag` in TypeScript. */
export interface CaseDescriptor {
  readonly name: string;
  readonly type?: TypeDescriptor;
}

/** A flag. */
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
   * The constructor; absent where WIT declares none. (A property called `constructor` would be there on every object.)
   */
  readonly create?: FunctionDescriptor;
  /**
   * The property of the class that makes an instance where the constructor of WIT can fail: a static function that
   * returns the `result`, which `new` could not. Absent where an instance is made with `new`.
   */
  readonly factory?: string;
  /** By property of the instance. Parameters leave `self` out. */
  readonly methods: Readonly<Record<string, FunctionDescriptor>>;
  /** By property of the class. */
  readonly statics: Readonly<Record<string, FunctionDescriptor>>;
}

/** A function. */
export interface FunctionDescriptor {
  /** The name in WIT, without the prefix that members of resources have. */
  readonly name: string;
  readonly parameters: readonly ParameterDescriptor[];
  readonly result?: TypeDescriptor;
  /**
   * There where jco returns the function-level `result` of this function whole, as a value: its type is an alias reached
   * by `use`. From all other functions whose result type is a `result`, jco has its error thrown.
   */
  readonly errors?: "returned";
  /** Declared `async func` in WIT: returns a promise in both contracts. */
  readonly async?: true;
}

/** A parameter of a function. */
export interface ParameterDescriptor {
  /** The name in WIT. */
  readonly name: string;
  readonly type: TypeDescriptor;
}

/**
 * What a WIT interface says, as plain data.
 *
 * @typeParam C - the contracts generated for the interface; known to the compiler only.
 */
export interface InterfaceDescriptor<C extends Contracts = Contracts> {
  readonly kind: "interface";
  /** The full name, such as `scheduler:core-libs/socket@0.1.0`. */
  readonly name: string;
  /** By name in WIT: the types that this interface defines or uses. */
  readonly types: Readonly<Record<string, TypeDefinitionDescriptor>>;
  /** By property of the contract: the functions that stand in no resource. */
  readonly functions: Readonly<Record<string, FunctionDescriptor>>;
  /** Never there at run time. */
  readonly [contracts]?: C;
}

/**
 * What a WIT world says, as plain data.
 *
 * @typeParam C - the imports and exports interfaces generated for the world; known to the compiler only.
 */
export interface WorldDescriptor<C extends Contracts = Contracts> {
  readonly kind: "world";
  /** The full name, such as `scheduler:core-libs/actions-http@0.1.0`. */
  readonly name: string;
  /** By key of the generated imports interface. */
  readonly imports: Readonly<Record<string, WorldItemDescriptor>>;
  /** By key of the generated exports interface. */
  readonly exports: Readonly<Record<string, WorldItemDescriptor>>;
  /** The types that stand in the world itself, by name in WIT. */
  readonly types: Readonly<Record<string, TypeDefinitionDescriptor>>;
  /** Never there at run time. */
  readonly [contracts]?: C;
}

/** What a world imports or exports: an interface, or a function or resource of the world itself. */
export type WorldItemDescriptor =
  | InterfaceDescriptor
  | { readonly kind: "function"; readonly function: FunctionDescriptor }
  /** A resource of the world, defined in {@link WorldDescriptor.types}. */
  | { readonly kind: "resource"; readonly name: string };
