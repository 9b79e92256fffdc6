import type { Hand } from "./hand.js";
import type { Names } from "./names.js";

/** The properties of a named type that references to it depend on. */
export interface NamedType {
  readonly name: string;
  readonly isResource: boolean;
  /** Whether it contains a borrowed handle, so that no function may return it. */
  readonly hasBorrow: boolean;
  /** Whether its gate is closed. */
  readonly isHidden: boolean;
}

/** A file of a package, and the aliases of its top-level `use`s. */
export interface PlannedFile {
  readonly items: string[];
  /** The aliases of items in the file, by the items' full names. */
  readonly aliases: Map<string, string>;
}

/** A package that is being written. */
export interface PlannedPackage {
  readonly namespace: string;
  readonly name: string;
  readonly version: string | undefined;
  readonly files: readonly PlannedFile[];
}

export interface PlannedInterface {
  readonly package: PlannedPackage;
  readonly name: string;
  readonly types: NamedType[];
  readonly isHidden: boolean;
}

export interface PlannedWorld {
  readonly package: PlannedPackage;
  readonly name: string;
  readonly isHidden: boolean;
  /** The plain names of its imports and exports, as opposed to full names of interfaces. */
  readonly named: Set<string>;
}

/** The full name of an interface or world. */
export function fullName(item: PlannedInterface | PlannedWorld): string {
  const { namespace, name, version } = item.package;
  return `${namespace}:${name}/${item.name}${version === undefined ? "" : `@${version}`}`;
}

/** The context in which items are written: what they can refer to, and which features are enabled. */
export interface Site {
  readonly hand: Hand;
  readonly package: PlannedPackage;
  readonly file: PlannedFile;
  readonly isOn: (feature: string) => boolean;
  /** The interfaces written so far, of all packages. */
  readonly interfaces: readonly PlannedInterface[];
}

/** The types and names of an interface or world while it is written. */
export interface Block {
  readonly names: Names;
  readonly types: NamedType[];
  /** Whether it is behind a closed gate. */
  readonly isHidden: boolean;
  /** Whether its types can be behind closed gates. */
  readonly canHideTypes: boolean;
}
