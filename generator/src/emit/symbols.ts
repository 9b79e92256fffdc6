import type { Place } from "./locate.js";
import type { Module } from "./module.js";

/** Something that has a name in TypeScript which is decided, or imported, only when a file is finished. */
export type NameSymbol = GlobalSymbol | RuntimeSymbol | Declaration;

/** A name that is there in every file. */
export interface GlobalSymbol {
  readonly kind: "global";
  readonly name: GlobalName;
}

/** The globals that generated code may use. */
export type GlobalName =
  | "AsyncIterable"
  | "BigInt64Array"
  | "BigUint64Array"
  | "Float32Array"
  | "Float64Array"
  | "Int16Array"
  | "Int32Array"
  | "Int8Array"
  | "Map"
  | "Promise"
  | "PromiseLike"
  | "Symbol"
  | "Uint16Array"
  | "Uint32Array"
  | "Uint8Array";

/** A type that the runtime exports for generated code, and the whole list of them. */
export interface RuntimeSymbol {
  readonly kind: "runtime";
  readonly name:
    "Borrow" | "InterfaceDescriptor" | "Option" | "Result" | "WorldDescriptor";
}

/** What a module declares and exports: a type, a value, or both under one name. */
export class Declaration {
  readonly kind = "declaration";
  readonly module: Module;
  /** The name it gets unless that is taken. */
  readonly wanted: string;
  /** What it stands for, in the words of WIT, for the note that tells of a changed name. */
  readonly what: string;
  readonly hasType: boolean;
  readonly hasValue: boolean;
  /** For what comes by `use`: the declaration in the other module that is exported again under this name. */
  readonly origin: Declaration | undefined;
  /** What it is declared for, which tells where that stands in the source. */
  readonly place: Place;
  /** Nobody else sees its name, so that it does not matter what becomes of it. */
  readonly isInternal: boolean;
  /** Known once the names of its module are decided. */
  name = "";

  constructor(
    module: Module,
    wanted: string,
    what: string,
    place: Place,
    parts: {
      readonly type: boolean;
      readonly value: boolean;
      readonly origin?: Declaration | undefined;
      readonly isInternal?: boolean;
    },
  ) {
    this.module = module;
    this.wanted = wanted;
    this.what = what;
    this.place = place;
    this.hasType = parts.type;
    this.hasValue = parts.value;
    this.origin = parts.origin;
    this.isInternal = parts.isInternal ?? false;
  }
}

const globals = new Map<GlobalName, GlobalSymbol>();

/** The symbol of a global. */
export function globalSymbol(name: GlobalName): GlobalSymbol {
  let symbol = globals.get(name);
  if (symbol === undefined)
    globals.set(name, (symbol = { kind: "global", name }));
  return symbol;
}

/** What generated code may import from the runtime: types only. */
export const runtime = {
  borrow: { kind: "runtime", name: "Borrow" },
  interfaceDescriptor: { kind: "runtime", name: "InterfaceDescriptor" },
  option: { kind: "runtime", name: "Option" },
  result: { kind: "runtime", name: "Result" },
  worldDescriptor: { kind: "runtime", name: "WorldDescriptor" },
} as const satisfies Record<string, RuntimeSymbol>;
