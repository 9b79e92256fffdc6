import type { DiagnosticCollector } from "../diagnostics/collector.js";
import type { PackageId } from "../model/model.js";
import type { Names } from "../syntax/names.js";
import type { SourceFile } from "../syntax/source.js";
import type { Tree } from "../syntax/tree.js";
import type {
  InterfaceBuilder,
  PackageBuilder,
  WorldBuilder,
} from "./builder.js";
import type { GatePackage, Gates } from "./gates.js";
import type { FunctionTable } from "./function-table.js";
import type { NameTable } from "./name-table.js";
import type { TypeResolver } from "./type-resolver.js";
import type { TypeTable } from "./type-table.js";
import type { UnparsedText } from "./unparsed-text.js";

/** State that is shared by a whole run. */
export interface RunContext {
  readonly diagnostics: DiagnosticCollector;
  readonly gates: Gates;
  readonly table: TypeTable;
  readonly functions: FunctionTable;
  readonly names: NameTable;
  /** The syntax trees of all files, by {@link Tree.index}. */
  readonly trees: readonly Tree[];
  /** The interned words of all files. */
  readonly words: Names;
  readonly interfaces: InterfaceBuilder[];
  readonly worlds: WorldBuilder[];
  readonly packages: PackageBuilder[];
  /** The packages resolved so far, by their full names. */
  readonly packagesByName: Map<string, PackageBuilder>;
  /** The full names of all packages, including those that are not resolved yet. */
  readonly packageNames: ReadonlySet<string>;
  /**
   * Whether all package names are known. If not, a package that seems to be missing may be in a file that could not be
   * read or parsed.
   */
  readonly isComplete: boolean;
  /** The files with syntax errors. Packages that are nested in them may be missing. */
  readonly unparsed: readonly UnparsedText[];
}

/** State that is shared by the stages of resolving one package. */
export interface PackageContext extends RunContext {
  readonly id: PackageId;
  readonly owner: GatePackage;
  readonly types: TypeResolver;
}

/** Combines the state of the run with that of one package. */
export function packageContext(
  run: RunContext,
  id: PackageId,
  owner: GatePackage,
  types: TypeResolver,
): PackageContext {
  // Copied one by one: spreading so many properties creates an object whose properties are slow to read.
  return {
    diagnostics: run.diagnostics,
    gates: run.gates,
    table: run.table,
    functions: run.functions,
    names: run.names,
    trees: run.trees,
    words: run.words,
    interfaces: run.interfaces,
    worlds: run.worlds,
    packages: run.packages,
    packagesByName: run.packagesByName,
    packageNames: run.packageNames,
    isComplete: run.isComplete,
    unparsed: run.unparsed,
    id,
    owner,
    types,
  };
}

/** Returns the range of a node for a diagnostic. */
export function rangeOf(
  node: { readonly start: number; readonly end: number },
  source: SourceFile,
): { source: SourceFile; start: number; end: number } {
  return { source, start: node.start, end: node.end };
}
