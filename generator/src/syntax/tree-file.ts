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

/** A parsed file. Its frequent nodes are in the {@link Tree}; the others are nodes of `ast.ts`. */
export interface TreeFile extends NodeBase {
  readonly kind: "file";
  readonly source: SourceFile;
  readonly tree: Tree;
  readonly header: PackageHeader | undefined;
  readonly items: readonly TreeItem[];
  readonly isUnusual: boolean;
}

/** An item at the top level of a file or of a nested package. */
export type TreeItem = TreeInterface | TreeWorld | TopLevelUse | TreePackage;

/** A nested package. */
export interface TreePackage extends NodeBase {
  readonly kind: "nested-package";
  readonly docs: number;
  readonly name: PackageName;
  readonly items: readonly TreeItem[];
}

/** A sequence of nodes in a {@link Tree}. */
export interface TreeNodes {
  /** The first node. */
  readonly from: number;
  /** The index after the last node. */
  readonly to: number;
  /** The `use` items among the nodes. */
  readonly uses: readonly Use[];
}

/** An interface. Its items are in the {@link Tree}. */
export interface TreeInterface extends Omit<Interface, "items"> {
  readonly items: TreeNodes;
}

/** A world. */
export interface TreeWorld extends Omit<World, "items"> {
  readonly items: readonly TreeWorldItem[];
}

/** An item of a world. */
export type TreeWorldItem =
  TreeImport | TreeExport | Include | Use | TreeDefinition;

/** A type definition in a world. Its node is in the {@link Tree}. */
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

/** A function of a world. Its type is in the {@link Tree}. */
export interface TreeFunction extends Omit<ExternFunction, "func"> {
  readonly func: number;
}

/** An interface declared inline in a world. Its items are in the {@link Tree}. */
export interface TreeInline extends Omit<ExternInline, "items"> {
  readonly items: TreeNodes;
}
