/**
 * The syntax tree of one WIT file.
 *
 * Nodes are plain readonly objects, distinguished by `kind`. Every node carries the half-open range of its source
 * text, `start` to `end`, as UTF-16 offsets into {@link File.source}. Lines and columns are computed only when
 * something is reported. Comments are not nodes: `docs` is the offset at which the comments in front of an item
 * begin, and `docsOf` reads them on demand, because most users of the tree never need them.
 *
 * The tree represents the text only: names are not looked up, and feature gates are not applied.
 */
import type { SourceFile } from "./source.js";

/** The properties of every node. */
export interface NodeBase {
  readonly kind: string;
  /** Offset of the first UTF-16 unit. */
  readonly start: number;
  /** Offset after the last UTF-16 unit. */
  readonly end: number;
}

/**
 * A name without the `%` that may escape it. The range includes the `%`. If a name is missing, `name` is empty; the
 * error was already reported, so nothing needs to be reported about such a name again.
 */
export interface Identifier extends NodeBase {
  readonly kind: "identifier";
  readonly name: string;
}

/** A semantic version. The range covers the version only, without the `@`. */
export interface Version extends NodeBase {
  readonly kind: "version";
  /** The version as written. */
  readonly text: string;
}

/** `@since(version = 1.0.0)` */
export interface SinceAttribute extends NodeBase {
  readonly kind: "since";
  /** The word after the `@`. */
  readonly name: Identifier;
  readonly version: Version;
}

/** `@unstable(feature = name)` */
export interface UnstableAttribute extends NodeBase {
  readonly kind: "unstable";
  /** The word after the `@`. */
  readonly name: Identifier;
  readonly feature: Identifier;
}

/** `@deprecated(version = 1.0.0)` */
export interface DeprecatedAttribute extends NodeBase {
  readonly kind: "deprecated";
  /** The word after the `@`. */
  readonly name: Identifier;
  readonly version: Version;
}

/** `@external-id("text")` */
export interface ExternalIdAttribute extends NodeBase {
  readonly kind: "external-id";
  /** The word after the `@`. */
  readonly name: Identifier;
  /** The text with its escapes resolved. */
  readonly value: string;
}

/** An attribute in front of an item, introduced by `@`. */
export type Attribute =
  | SinceAttribute
  | UnstableAttribute
  | DeprecatedAttribute
  | ExternalIdAttribute;

/** The properties of an item that can have documentation and feature gates. */
export interface Documented {
  /**
   * The offset at which the comments before the item begin, or -1 if there are none. They end at the start of the
   * item, which includes its attributes.
   */
  readonly docs: number;
  readonly attributes: readonly Attribute[];
}

/** `package ns:name@1.0.0`, of the file or of a nested package. */
export interface PackageName extends NodeBase {
  readonly kind: "package-name";
  readonly namespace: Identifier;
  readonly name: Identifier;
  readonly version: Version | undefined;
}

/** `package ns:name@1.0.0;` at the top of a file. */
export interface PackageHeader extends NodeBase {
  readonly kind: "package-header";
  /** See {@link Documented.docs}. */
  readonly docs: number;
  readonly name: PackageName;
}

/** A WIT file. */
export interface File extends NodeBase {
  readonly kind: "file";
  readonly source: SourceFile;
  readonly header: PackageHeader | undefined;
  readonly items: readonly Item[];
  /**
   * Whether the file contains an upper-case letter in a name, a list of length 0, an empty tuple, or a stream of
   * `char`. All of these are rare, and without them many checks are unnecessary.
   */
  readonly isUnusual: boolean;
}

/** An item at the top level of a file or of a nested package. */
export type Item = Interface | World | TopLevelUse | NestedPackage;

/** `package ns:name { … }` */
export interface NestedPackage extends NodeBase {
  readonly kind: "nested-package";
  /** See {@link Documented.docs}. */
  readonly docs: number;
  readonly name: PackageName;
  readonly items: readonly Item[];
}

/** A name in this package, `name`, or in another one, `ns:package/name@1.0.0`. */
export type UsePath = LocalPath | PackagePath;

/** `name` */
export interface LocalPath extends NodeBase {
  readonly kind: "local-path";
  readonly name: Identifier;
}

/** `ns:package/name@1.0.0` */
export interface PackagePath extends NodeBase {
  readonly kind: "package-path";
  /** The package. Its range excludes the version, which is written after the name. */
  readonly package: PackageName;
  readonly name: Identifier;
}

/** `use path as name;` at the top of a file. */
export interface TopLevelUse extends NodeBase {
  readonly kind: "top-level-use";
  readonly path: UsePath;
  readonly alias: Identifier | undefined;
}

/** `interface name { … }` */
export interface Interface extends NodeBase, Documented {
  readonly kind: "interface";
  readonly name: Identifier;
  readonly items: readonly InterfaceItem[];
}

/** An item of an interface. */
export type InterfaceItem = TypeDefinition | FunctionItem | Use;

/** `world name { … }` */
export interface World extends NodeBase, Documented {
  readonly kind: "world";
  readonly name: Identifier;
  readonly items: readonly WorldItem[];
}

/** An item of a world. */
export type WorldItem = Import | Export | Include | TypeDefinition | Use;

/** `import …;` in a world. */
export interface Import extends NodeBase, Documented {
  readonly kind: "import";
  readonly item: Extern;
}

/** `export …;` in a world. */
export interface Export extends NodeBase, Documented {
  readonly kind: "export";
  readonly item: Extern;
}

/** An import or export of a world. */
export type Extern =
  ExternFunction | ExternInline | ExternLabelled | ExternPath;

/** `name: func(…);` */
export interface ExternFunction extends NodeBase {
  readonly kind: "extern-function";
  readonly name: Identifier;
  readonly func: FunctionType;
}

/** `name: interface { … }` */
export interface ExternInline extends NodeBase {
  readonly kind: "extern-inline";
  readonly name: Identifier;
  readonly items: readonly InterfaceItem[];
}

/** `label: path;` imports or exports an interface under its own label. */
export interface ExternLabelled extends NodeBase {
  readonly kind: "extern-labelled";
  readonly name: Identifier;
  readonly path: UsePath;
}

/** `path;` */
export interface ExternPath extends NodeBase {
  readonly kind: "extern-path";
  readonly path: UsePath;
}

/** `use path.{a, b as c};` */
export interface Use extends NodeBase, Documented {
  readonly kind: "use";
  readonly path: UsePath;
  readonly names: readonly UseName[];
}

/** `a` or `a as b` in a `use`. */
export interface UseName extends NodeBase {
  readonly kind: "use-name";
  readonly name: Identifier;
  readonly alias: Identifier | undefined;
}

/** `include path with { a as b }` */
export interface Include extends NodeBase, Documented {
  readonly kind: "include";
  readonly path: UsePath;
  readonly names: readonly IncludeName[];
}

/** `a as b` in an `include`. */
export interface IncludeName extends NodeBase {
  readonly kind: "include-name";
  readonly name: Identifier;
  readonly alias: Identifier;
}

/** A named type. */
export type TypeDefinition =
  | TypeAlias
  | RecordDefinition
  | FlagsDefinition
  | VariantDefinition
  | EnumDefinition
  | ResourceDefinition;

/** `type name = type;` */
export interface TypeAlias extends NodeBase, Documented {
  readonly kind: "type";
  readonly name: Identifier;
  readonly type: Type;
}

/** `record name { … }` */
export interface RecordDefinition extends NodeBase, Documented {
  readonly kind: "record";
  readonly name: Identifier;
  readonly fields: readonly Field[];
}

/** `name: type` in a record. */
export interface Field extends NodeBase, Documented {
  readonly kind: "field";
  readonly name: Identifier;
  readonly type: Type;
}

/** `flags name { … }` */
export interface FlagsDefinition extends NodeBase, Documented {
  readonly kind: "flags";
  readonly name: Identifier;
  readonly flags: readonly Flag[];
}

/** `name` in flags. */
export interface Flag extends NodeBase, Documented {
  readonly kind: "flag";
  readonly name: Identifier;
}

/** `variant name { … }` */
export interface VariantDefinition extends NodeBase, Documented {
  readonly kind: "variant";
  readonly name: Identifier;
  readonly cases: readonly VariantCase[];
}

/** `name` or `name(type)` in a variant. */
export interface VariantCase extends NodeBase, Documented {
  readonly kind: "variant-case";
  readonly name: Identifier;
  readonly type: Type | undefined;
}

/** `enum name { … }` */
export interface EnumDefinition extends NodeBase, Documented {
  readonly kind: "enum";
  readonly name: Identifier;
  readonly cases: readonly EnumCase[];
}

/** `name` in an enum. */
export interface EnumCase extends NodeBase, Documented {
  readonly kind: "enum-case";
  readonly name: Identifier;
}

/** `resource name { … }` or `resource name;` */
export interface ResourceDefinition extends NodeBase, Documented {
  readonly kind: "resource";
  readonly name: Identifier;
  readonly methods: readonly ResourceMethod[];
}

/** A member of a resource. */
export type ResourceMethod = Constructor | Method | StaticFunction;

/** `constructor(…) -> type;` */
export interface Constructor extends NodeBase, Documented {
  readonly kind: "constructor";
  readonly params: readonly Parameter[];
  readonly result: Type | undefined;
}

/** `name: func(…);` in a resource. */
export interface Method extends NodeBase, Documented {
  readonly kind: "method";
  readonly name: Identifier;
  readonly func: FunctionType;
}

/** `name: static func(…);` in a resource. */
export interface StaticFunction extends NodeBase, Documented {
  readonly kind: "static";
  readonly name: Identifier;
  readonly func: FunctionType;
}

/** `name: func(…);` in an interface. */
export interface FunctionItem extends NodeBase, Documented {
  readonly kind: "function";
  readonly name: Identifier;
  readonly func: FunctionType;
}

/** `async func(…) -> type` */
export interface FunctionType extends NodeBase {
  readonly kind: "function-type";
  readonly async: boolean;
  readonly params: readonly Parameter[];
  readonly result: Type | undefined;
}

/** `name: type` in the parameters of a function. */
export interface Parameter extends NodeBase {
  readonly kind: "parameter";
  /** See {@link Documented.docs}. */
  readonly docs: number;
  readonly name: Identifier;
  readonly type: Type;
}

/** The name of a primitive type. */
export type PrimitiveName =
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

/** A type at the place where it is used. */
export type Type =
  | PrimitiveType
  | NamedType
  | ListType
  | MapType
  | OptionType
  | ResultType
  | TupleType
  | FutureType
  | StreamType
  | HandleType
  | MissingType;

/**
 * Takes the place of a type that was expected but could not be parsed. The error was already reported, so nothing
 * needs to be reported about the type again.
 */
export interface MissingType extends NodeBase {
  readonly kind: "missing";
}

/** `u32`, `string`, … */
export interface PrimitiveType extends NodeBase {
  readonly kind: "primitive";
  readonly name: PrimitiveName;
}

/** The name of a type. */
export interface NamedType extends NodeBase {
  readonly kind: "named";
  readonly name: Identifier;
}

/** `list<T>` or `list<T, 4>` */
export interface ListType extends NodeBase {
  readonly kind: "list";
  readonly element: Type;
  /** The number of elements of a fixed-length list. */
  readonly length: number | undefined;
}

/** `map<K, V>` */
export interface MapType extends NodeBase {
  readonly kind: "map";
  readonly key: Type;
  readonly value: Type;
}

/** `option<T>` */
export interface OptionType extends NodeBase {
  readonly kind: "option";
  readonly element: Type;
}

/** `result`, `result<T>`, `result<_, E>`, `result<T, E>` */
export interface ResultType extends NodeBase {
  readonly kind: "result";
  readonly ok: Type | undefined;
  readonly err: Type | undefined;
}

/** `tuple<A, B>` */
export interface TupleType extends NodeBase {
  readonly kind: "tuple";
  readonly elements: readonly Type[];
}

/** `future` or `future<T>` */
export interface FutureType extends NodeBase {
  readonly kind: "future";
  readonly element: Type | undefined;
}

/** `stream` or `stream<T>` */
export interface StreamType extends NodeBase {
  readonly kind: "stream";
  readonly element: Type | undefined;
}

/** `own<resource>` or `borrow<resource>` */
export interface HandleType extends NodeBase {
  readonly kind: "own" | "borrow";
  readonly resource: Identifier;
}
