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

/** What a whole run shares. */
export interface RunContext {
  readonly diagnostics: DiagnosticCollector;
  readonly gates: Gates;
  readonly table: TypeTable;
  readonly functions: FunctionTable;
  readonly names: NameTable;
  /** The files, as the rows of the tables name them. */
  readonly trees: readonly Tree[];
  /** The words of all of them. */
  readonly words: Names;
  readonly interfaces: InterfaceBuilder[];
  readonly worlds: WorldBuilder[];
  readonly packages: PackageBuilder[];
  /** The packages that were resolved, by their full names. */
  readonly packagesByName: Map<string, PackageBuilder>;
  /** The names of all packages, those that are not resolved yet included. */
  readonly packageNames: ReadonlySet<string>;
  /** Whether the names of all packages are known: if not, a package that is missing may be one of those. */
  readonly isComplete: boolean;
}

/** What the stages of one package share. */
export interface PackageContext extends RunContext {
  readonly id: PackageId;
  readonly owner: GatePackage;
  readonly types: TypeResolver;
}

/** What the stages of one package share, of what the run shares and what is the package's own. */
export function packageContext(
  run: RunContext,
  id: PackageId,
  owner: GatePackage,
  types: TypeResolver,
): PackageContext {
  // One by one: a spread of so many makes an object of which every member is slow to read.
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
    id,
    owner,
    types,
  };
}

/** The range of a node, to be reported. */
export function rangeOf(
  node: { readonly start: number; readonly end: number },
  source: SourceFile,
): { source: SourceFile; start: number; end: number } {
  return { source, start: node.start, end: node.end };
}
