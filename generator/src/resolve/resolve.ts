import { DiagnosticCollector } from "../diagnostics/collector.js";
import type { Diagnostic, SourceRange } from "../diagnostics/diagnostic.js";
import type { Sources } from "../host/sources.js";
import type { Model, Origins } from "../model/model.js";
import { Names } from "../syntax/names.js";
import { parseFile } from "../syntax/parser.js";
import type { SourceFile } from "../syntax/source.js";
import type { Tree } from "../syntax/tree.js";
import type { Place } from "./builder.js";
import type { RunContext } from "./context.js";
import { FunctionTable } from "./function-table.js";
import { type Features, Gates } from "./gates.js";
import { ComputedMap } from "./computed-map.js";
import { NameTable } from "./name-table.js";
import { orderPackages } from "./package-order.js";
import { resolvePackage } from "./package-resolver.js";
import {
  gatherPackages,
  type ParsedFile,
  type ParsedPackage,
} from "./parsed-package.js";
import { checkEncodable } from "./rules/encodable.js";
import { modelOf } from "./to-model.js";
import { TypeTable } from "./type-table.js";
import { UnparsedText } from "./unparsed-text.js";

export type { SourceGroup, Sources } from "../host/sources.js";

/** Options of {@link resolve}. */
export interface ResolveOptions {
  /** The features whose `@unstable` items are included. Default: none. */
  readonly features?: Features;
  /** The collector for problems. Default: a new one. */
  readonly diagnostics?: DiagnosticCollector;
}

/** The result of {@link resolve}. */
export interface Resolution {
  /** Whether there is a model. There is none if there are errors, because an incomplete model would be misleading. */
  readonly isValid: boolean;
  /**
   * The model; `undefined` if there are errors. When `resolve` returns, all names have been looked up and checked. The
   * objects of the model are created on first access, so that a run that only checks the input does not pay for them.
   */
  readonly model: Model | undefined;
  /** The source positions of the items of the model; defined if and only if the model is. */
  readonly origins: Origins | undefined;
  /** The problems, in text order. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Parses WIT, looks up all names in it, and returns the model of all its packages. Never throws, whatever the text is.
 *
 * @param sources - the files, or a single file.
 * @param options - which unstable items are included, and where problems are reported.
 * @returns the model, if there are no errors, and the diagnostics.
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
  const words = new Names();
  const trees: Tree[] = [];
  const packages: ParsedPackage[] = [];
  const unparsed: UnparsedText[] = [];
  let isComplete = true;
  let length = 0;
  for (const group of [root, ...dependencies]) {
    const files = group.sources.map((source) =>
      parse(source, diagnostics, words),
    );
    const lost = files.map(({ file, errors }) => {
      const all = { start: 0, end: file.source.text.length };
      return UnparsedText.of(file.source, all, errors);
    });
    unparsed.push(...lost.filter((text) => text !== undefined));
    for (const { file } of files) {
      file.tree.index = trees.length;
      trees.push(file.tree);
      length += file.source.text.length;
    }
    const gathered = gatherPackages(files, group === root, group, diagnostics);
    packages.push(...gathered.packages);
    if (group === root) {
      for (const [index, { file }] of files.entries()) {
        const { items, isUnusual, tree } = file;
        checkEncodable(items, isUnusual, tree, lost[index], diagnostics);
      }
    }
    isComplete &&= gathered.isComplete;
  }

  const order = orderPackages(packages, diagnostics);
  for (const { package: item } of order)
    for (const name of [item.text, ...item.otherNames]) names.add(name);
  // An estimate of the number of types and functions; the tables grow if it is too low. If it is too high, the surplus
  // memory is never touched and costs nothing.
  const room = 16 + length / 128;
  const context: RunContext = {
    diagnostics,
    gates: new Gates(options.features ?? [], diagnostics),
    table: new TypeTable(trees, room),
    functions: new FunctionTable(words, room),
    names: new NameTable(room),
    trees,
    words,
    interfaces: [],
    worlds: [],
    packages: [],
    packagesByName: new Map(),
    packageNames: names,
    isComplete,
    unparsed,
  };
  const roots: number[] = [];
  for (const ordered of order) {
    const builder = resolvePackage(ordered, context);
    if (ordered.package.isRoot) roots.push(builder.id);
  }
  return resolution(diagnostics, context, roots);
}

function resolution(
  diagnostics: DiagnosticCollector,
  context: RunContext,
  roots: readonly number[],
): Resolution {
  const isValid = !diagnostics.hasErrors;
  let model: Model | undefined;
  return {
    isValid,
    get model() {
      if (isValid) model ??= modelOf(context);
      return model;
    },
    origins: isValid ? originsOf(context, roots) : undefined,
    diagnostics: diagnostics.list(),
  };
}

function parse(
  source: SourceFile,
  diagnostics: DiagnosticCollector,
  words: Names,
): ParsedFile {
  const file = parseFile(source, diagnostics, words);
  return {
    file,
    errors: diagnostics.errorOffsets(source).sort((a, b) => a - b),
  };
}

function originsOf(context: RunContext, roots: readonly number[]): Origins {
  const { table, interfaces, worlds } = context;
  return {
    worlds: new ComputedMap(worlds.length, (id) => rangeOf(worlds[id]?.place)),
    interfaces: new ComputedMap(interfaces.length, (id) =>
      rangeOf(interfaces[id]?.place),
    ),
    types: new ComputedMap(table.count, (id) => {
      const source = table.tree(id)?.source;
      return source === undefined
        ? undefined
        : { source, start: table.start(id), end: table.end(id) };
    }),
    roots,
  };
}

function rangeOf(place: Place | undefined): SourceRange | undefined {
  if (place === undefined) return undefined;
  const { source, node } = place;
  return { source, start: node.start, end: node.end };
}
