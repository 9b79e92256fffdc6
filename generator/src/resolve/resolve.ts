import { DiagnosticCollector } from "../diagnostics/collector.js";
import type { Diagnostic, SourceRange } from "../diagnostics/diagnostic.js";
import type { Sources } from "../host/sources.js";
import type {
  Interface,
  Model,
  Origins,
  Package,
  World,
  WorldItem,
} from "../model/model.js";
import { parseFile } from "../syntax/parser.js";
import type { SourceFile } from "../syntax/source.js";
import type {
  InterfaceBuilder,
  PackageBuilder,
  WorldBuilder,
  WorldItemBuilder,
  WorldKey,
} from "./builder.js";
import type { RunContext } from "./context.js";
import { type Features, Gates } from "./gates.js";
import { LazyMap } from "./lazy-map.js";
import { orderPackages } from "./package-order.js";
import { packageNameText } from "./package-name.js";
import { resolvePackage } from "./package-resolver.js";
import {
  gatherPackages,
  type ParsedFile,
  type ParsedPackage,
} from "./parsed-package.js";
import { checkEncodable } from "./rules/encodable.js";
import { TypeTable } from "./type-table.js";

export type { SourceGroup, Sources } from "../host/sources.js";

/** How to resolve. */
export interface ResolveOptions {
  /** The features whose items behind `@unstable` are taken in; none by default. */
  readonly features?: Features;
  /** Takes the problems; without it there is a new one. */
  readonly diagnostics?: DiagnosticCollector;
}

/** What resolving gives. */
export interface Resolution {
  /** The model; `undefined` if there are errors, for what is left out then would mislead. */
  readonly model: Model | undefined;
  /** Where the items of the model stand; there if and only if the model is. */
  readonly origins: Origins | undefined;
  /** What is wrong, in the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Parses WIT and looks up all its names: gives the model of all packages in it. Whatever the text is, it never throws.
 *
 * @param sources the files, or one file alone, as a file or as its text
 */
export function resolve(
  sources: Sources | SourceFile,
  options: ResolveOptions = {},
): Resolution {
  const diagnostics = options.diagnostics ?? new DiagnosticCollector();
  const { root, dependencies } =
    "root" in sources
      ? sources
      : { root: { path: sources.path, sources: [sources] }, dependencies: [] };
  const names = new Set<string>();
  const packages: ParsedPackage[] = [];
  let isComplete = true;
  for (const group of [root, ...dependencies]) {
    const files = group.sources.map((source) => parse(source, diagnostics));
    const gathered = gatherPackages(files, group === root, group, diagnostics);
    packages.push(...gathered.packages);
    if (group === root) {
      for (const { file } of files)
        checkEncodable(file.items, file.isUnusual, file.source, diagnostics);
    }
    isComplete &&= gathered.isComplete;
  }

  const order = orderPackages(packages, diagnostics);
  for (const { package: item } of order) names.add(packageNameText(item.name));
  const context: RunContext = {
    diagnostics,
    gates: new Gates(options.features ?? [], diagnostics),
    table: new TypeTable(),
    interfaces: [],
    worlds: [],
    packages: [],
    packagesByName: new Map(),
    packageNames: names,
    isComplete,
  };
  const roots: number[] = [];
  for (const ordered of order) {
    const builder = resolvePackage(ordered, context);
    if (ordered.package.isRoot) roots.push(builder.id);
  }
  if (diagnostics.hasErrors)
    return {
      model: undefined,
      origins: undefined,
      diagnostics: diagnostics.list(),
    };
  return {
    model: modelOf(context),
    origins: originsOf(context, roots),
    diagnostics: diagnostics.list(),
  };
}

function parse(
  source: SourceFile,
  diagnostics: DiagnosticCollector,
): ParsedFile {
  const file = parseFile(source, diagnostics);
  return {
    file,
    errors: diagnostics.errorOffsets(source).sort((a, b) => a - b),
  };
}

function modelOf(context: RunContext): Model {
  return {
    worlds: context.worlds.map(worldOf),
    interfaces: context.interfaces.map(interfaceOf),
    types: context.table.definitions,
    packages: context.packages.map(packageOf),
  };
}

function worldOf(world: WorldBuilder): World {
  return {
    name: world.name,
    imports: itemsOf(world.imports),
    exports: itemsOf(world.exports),
    package: world.package,
    ...(world.docs === undefined ? {} : { docs: world.docs }),
    ...(world.stability === undefined ? {} : { stability: world.stability }),
  };
}

function itemsOf(
  items: ReadonlyMap<WorldKey, WorldItemBuilder>,
): Map<string, WorldItem> {
  const named = new Map<string, WorldItem>();
  for (const [key, item] of items)
    named.set(typeof key === "string" ? key : `interface-${String(key)}`, item);
  return named;
}

function interfaceOf(item: InterfaceBuilder): Interface {
  return {
    name: item.name,
    types: item.types,
    functions: item.functions,
    ...(item.docs === undefined ? {} : { docs: item.docs }),
    ...(item.stability === undefined ? {} : { stability: item.stability }),
    package: item.package,
    ...(item.cloneOf === undefined ? {} : { clone_of: item.cloneOf }),
  };
}

function packageOf(item: PackageBuilder): Package {
  return {
    name: item.name,
    ...(item.docs === undefined ? {} : { docs: item.docs }),
    interfaces: new Map(
      [...item.interfaces].map(([name, { id }]) => [name, id]),
    ),
    worlds: new Map([...item.worlds].map(([name, { id }]) => [name, id])),
  };
}

function originsOf(context: RunContext, roots: readonly number[]): Origins {
  const { table, interfaces, worlds } = context;
  return {
    worlds: new LazyMap(worlds.length, (id) =>
      rangeOf(worlds[id]?.place.node, worlds[id]?.place.source),
    ),
    interfaces: new LazyMap(interfaces.length, (id) =>
      rangeOf(interfaces[id]?.place.node, interfaces[id]?.place.source),
    ),
    types: new LazyMap(table.definitions.length, (id) =>
      rangeOf(table.nodes[id], table.sources[id]),
    ),
    roots,
  };
}

function rangeOf(
  node: { readonly start: number; readonly end: number } | undefined,
  source: SourceFile | undefined,
): SourceRange | undefined {
  return node === undefined || source === undefined
    ? undefined
    : { source, start: node.start, end: node.end };
}
