import type {
  Export,
  ExternFunction,
  ExternInline,
  ExternLabelled,
  ExternPath,
  Import,
  Include,
  Interface,
  NodeBase,
  PackageHeader,
  PackageName,
  TopLevelUse,
  Use,
  World,
} from "./ast.js";
import type { SourceFile } from "./source.js";
import type { Tree } from "./tree.js";

/** A file as it was parsed. */
export interface TreeFile extends NodeBase {
  readonly kind: "file";
  readonly source: SourceFile;
  readonly tree: Tree;
  readonly header: PackageHeader | undefined;
  readonly items: readonly TreeItem[];
  readonly isUnusual: boolean;
}

/** What stands at the top of a file or in a nested package. */
export type TreeItem = TreeInterface | TreeWorld | TopLevelUse | TreePackage;

/** A package in a file. */
export interface TreePackage extends NodeBase {
  readonly kind: "nested-package";
  readonly docs: number;
  readonly name: PackageName;
  readonly items: readonly TreeItem[];
}

/** Nodes of a {@link Tree}, one behind the other. */
export interface TreeNodes {
  /** The first. */
  readonly from: number;
  /** The one behind the last. */
  readonly to: number;
  /** The `use` among them. */
  readonly uses: readonly Use[];
}

/** An interface, its items in the {@link Tree}. */
export interface TreeInterface extends Omit<Interface, "items"> {
  readonly items: TreeNodes;
}

/** A world. */
export interface TreeWorld extends Omit<World, "items"> {
  readonly items: readonly TreeWorldItem[];
}

/** What stands in a world. */
export type TreeWorldItem =
  TreeImport | TreeExport | Include | Use | TreeDefinition;

/** A definition in a world, which is in the {@link Tree}. */
export interface TreeDefinition {
  readonly kind: "definition";
  readonly node: number;
}

/** An import of a world. */
export interface TreeImport extends Omit<Import, "item"> {
  readonly item: TreeExtern;
}

/** An export of a world. */
export interface TreeExport extends Omit<Export, "item"> {
  readonly item: TreeExtern;
}

/** What a world imports or exports. */
export type TreeExtern =
  TreeFunction | TreeInline | ExternLabelled | ExternPath;

/** A function of a world, its type in the {@link Tree}. */
export interface TreeFunction extends Omit<ExternFunction, "func"> {
  readonly func: number;
}

/** An interface within a world. */
export interface TreeInline extends Omit<ExternInline, "items"> {
  readonly items: TreeNodes;
}
