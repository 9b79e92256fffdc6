import type { Hand } from "./hand.js";
import type { Names } from "./names.js";

/** A type that has a name, as those that mention it need to know it. */
export interface NamedType {
  readonly name: string;
  readonly isResource: boolean;
  /** Whether there is a borrowed handle in it, so that no function may return it. */
  readonly hasBorrow: boolean;
  /** Whether its gate is closed. */
  readonly isHidden: boolean;
}

/** A file of a package, and the names its `use` at the top give. */
export interface PlannedFile {
  readonly items: string[];
  /** The name by which an item is known there, by its full name. */
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
  /** The names of its own that it imports or exports. */
  readonly named: Set<string>;
}

/** The full name of an interface or world. */
export function fullName(item: PlannedInterface | PlannedWorld): string {
  const { namespace, name, version } = item.package;
  return `${namespace}:${name}/${item.name}${version === undefined ? "" : `@${version}`}`;
}

/** Where items are written: what they can mention, and what hides them. */
export interface Site {
  readonly hand: Hand;
  readonly package: PlannedPackage;
  readonly file: PlannedFile;
  readonly isOn: (feature: string) => boolean;
  /** The interfaces that are there already, of all packages. */
  readonly interfaces: readonly PlannedInterface[];
}

/** The types and names of an interface or world, as it grows. */
export interface Block {
  readonly names: Names;
  readonly types: NamedType[];
  /** Whether it stands behind a closed gate. */
  readonly isHidden: boolean;
  /** Whether types of it can be behind closed gates. */
  readonly canHideTypes: boolean;
}
