import type { PackagePath } from "../syntax/ast.js";
import type { SourceFile } from "../syntax/source.js";
import type { TreeInterface, TreeWorld } from "../syntax/tree-file.js";
import type { InterfaceBuilder, WorldBuilder } from "./builder.js";
import type { PackagePart } from "./parsed-package.js";

/** What a path leads to. `undefined` stands for what could not be found, which has been reported. */
export type Target =
  | {
      readonly kind: "interface";
      readonly interface: InterfaceBuilder | undefined;
      /** How this package mentions it, if it belongs to another. */
      readonly foreign: ForeignItem | undefined;
    }
  | { readonly kind: "world"; readonly world: WorldBuilder | undefined };

/** An interface or world of another package, as this package mentions it. */
export interface ForeignItem {
  readonly kind: "interface" | "world";
  readonly path: PackagePath;
  readonly source: SourceFile;
  /** Whether one of its mentions is not behind a closed gate. */
  isOpen: boolean;
  target: Target | undefined;
  /** For each type that was used first behind a closed gate: the reference then takes it as closed everywhere. */
  closedTypes: Set<string> | undefined;
  seenTypes: Set<string> | undefined;
}

/** An interface or a world of the package, and the file it stands in. */
export type LocalItem =
  | {
      readonly node: TreeInterface;
      readonly part: PackagePart;
      readonly builder: InterfaceBuilder;
      readonly file: FileNames;
    }
  | {
      readonly node: TreeWorld;
      readonly part: PackagePart;
      readonly builder: WorldBuilder;
      readonly file: FileNames;
    };

/** The names that one file adds to those of the package, by `use` at its top. */
export type FileNames = ReadonlyMap<string, Target>;
