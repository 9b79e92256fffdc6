import type { PackagePath } from "../syntax/ast.js";
import type { SourceFile } from "../syntax/source.js";
import type { TreeInterface, TreeWorld } from "../syntax/tree-file.js";
import type { InterfaceBuilder, WorldBuilder } from "./builder.js";
import type { PackagePart } from "./parsed-package.js";

/** The item that a path refers to. `undefined` stands for an item that could not be found, which has been reported. */
export type Target =
  | {
      readonly kind: "interface";
      readonly interface: InterfaceBuilder | undefined;
      /** How this package mentions the interface, if the interface belongs to another package. */
      readonly foreign: ForeignItem | undefined;
    }
  | { readonly kind: "world"; readonly world: WorldBuilder | undefined };

/** An interface or world of another package, as this package mentions it. */
export interface ForeignItem {
  readonly kind: "interface" | "world";
  readonly path: PackagePath;
  readonly source: SourceFile;
  /** Whether at least one mention is not behind a closed gate. */
  isOpen: boolean;
  target: Target | undefined;
  /** The types whose first use is behind a closed gate. wit-parser treats these as closed at every use. */
  closedTypes: Set<string> | undefined;
  seenTypes: Set<string> | undefined;
}

/** An interface or world of the package, with the file that contains it. */
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

/** The names that the top-level `use`s of a file add to those of the package. */
export type FileNames = ReadonlyMap<string, Target>;
