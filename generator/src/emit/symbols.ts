import type { Place } from "./locate.js";
import type { Module } from "./module.js";

/** A named thing in TypeScript. Its name in a file is assigned only after all symbols that the file uses are known. */
export type NameSymbol = GlobalSymbol | RuntimeSymbol | Declaration;

/** A global, which every file can use without an import. */
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

/** One of the types that the runtime exports for generated code. */
export interface RuntimeSymbol {
  readonly kind: "runtime";
  readonly name:
    "Borrow" | "InterfaceDescriptor" | "Option" | "Result" | "WorldDescriptor";
}

/** A declaration of a module: a type, a value, or both under one name. */
export class Declaration {
  readonly kind = "declaration";
  readonly module: Module;
  /** The preferred name, which it gets unless that is taken or reserved. */
  readonly preferredName: string;
  /** A description of the item in WIT, for the diagnostic about a changed name. */
  readonly description: string;
  readonly hasType: boolean;
  readonly hasValue: boolean;
  /** For a type that comes by `use`: the declaration in the other module, which is re-exported under this name. */
  readonly origin: Declaration | undefined;
  /** The item that it is declared for, to find the source range for diagnostics. */
  readonly place: Place;
  /** Whether the name is only used inside the file, so that a changed name need not be reported. */
  readonly isInternal: boolean;
  /** The final name; empty until the names of its module are assigned. */
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
    this.preferredName = wanted;
    this.description = what;
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

/** The symbols that bindings may import from the runtime: types only. */
export const runtime = {
  borrow: { kind: "runtime", name: "Borrow" },
  interfaceDescriptor: { kind: "runtime", name: "InterfaceDescriptor" },
  option: { kind: "runtime", name: "Option" },
  result: { kind: "runtime", name: "Result" },
  worldDescriptor: { kind: "runtime", name: "WorldDescriptor" },
} as const satisfies Record<string, RuntimeSymbol>;
