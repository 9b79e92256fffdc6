import type { DiagnosticCollector } from "../diagnostics/collector.js";
import type { Docs } from "../model/model.js";
import type { PackageName } from "../syntax/ast.js";
import { docsOf } from "../syntax/docs.js";
import type { SourceFile } from "../syntax/source.js";
import type { Tree } from "../syntax/tree.js";
import type { TreeFile, TreeItem } from "../syntax/tree-file.js";
import { packageNameText } from "./package-name.js";

/** The items of a package that are in one file. */
export interface PackagePart {
  readonly source: SourceFile;
  readonly tree: Tree;
  readonly items: readonly TreeItem[];
  /** The offsets of the file's syntax errors, where items may be missing, in order. */
  readonly errors: readonly number[];
}

/** A package as parsed, before names are looked up. */
export interface ParsedPackage {
  readonly text: string;
  readonly name: PackageName;
  /** The other names of the package, from the headers that contradict {@link name}. They have been reported. */
  readonly otherNames: readonly string[];
  /** The file that contains {@link name}. */
  readonly source: SourceFile;
  readonly docs: Docs | undefined;
  readonly parts: readonly PackagePart[];
  /** Whether the package is nested in a file. A missing or extra brace there moves the package's end. */
  readonly isNested: boolean;
  /** Whether the package was requested. The others are dependencies. */
  readonly isRoot: boolean;
  /** Whether interfaces or worlds may be missing because they could not be read or parsed. */
  readonly isBroken: boolean;
  /** Whether a whole file could not be read. */
  readonly isIncomplete: boolean;
}

/** A parsed file, and the offsets of its syntax errors, in order. */
export interface ParsedFile {
  readonly file: TreeFile;
  readonly errors: readonly number[];
}

/** A range of a file. */
interface Piece {
  readonly start: number;
  readonly end: number;
}

/**
 * Whether a range of a file contains a syntax error.
 *
 * @param errors - the offsets of the file's syntax errors, in order
 */
export function hasErrorIn(piece: Piece, errors: readonly number[]): boolean {
  const offset = errors[firstFrom(piece.start, errors)];
  return offset !== undefined && offset <= piece.end;
}

/**
 * Whether a range of a file contains a syntax error that is not within one of its items, so that an item may be
 * missing.
 */
function hasErrorBetween(
  piece: Piece,
  items: readonly Piece[],
  errors: readonly number[],
): boolean {
  let at = firstFrom(piece.start, errors);
  for (const item of items) {
    const offset = errors[at];
    if (offset !== undefined && offset < item.start) return offset <= piece.end;
    while ((errors[at] ?? Number.POSITIVE_INFINITY) <= item.end) at++;
  }
  const offset = errors[at];
  return offset !== undefined && offset <= piece.end;
}

/** The index of the first error at or after an offset. */
export function firstFrom(offset: number, errors: readonly number[]): number {
  let low = 0;
  let high = errors.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((errors[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The packages of a group of files. */
export interface GatheredPackages {
  /**
   * The nested packages in source order, then the package of the files. That one has a placeholder name if no file
   * names it, and is absent if there are no files.
   */
  readonly packages: readonly ParsedPackage[];
  /**
   * Whether the names of all packages are known. `false` if a file could not be read, in which packages may be nested,
   * or if no file names the package and a file could not be parsed.
   */
  readonly isComplete: boolean;
}

/**
 * Gathers the package that a group of files makes up, and the packages nested in them.
 *
 * @param group - its name in messages if the package has no name, and whether part of it could not be read
 */
export function gatherPackages(
  files: readonly ParsedFile[],
  isRoot: boolean,
  group: { readonly path: string; readonly isBroken?: boolean },
  diagnostics: DiagnosticCollector,
): GatheredPackages {
  const isGroupBroken = group.isBroken === true;
  const packages: ParsedPackage[] = [];
  const parts: PackagePart[] = [];
  const otherNames: string[] = [];
  let name: PackageName | undefined;
  let source: SourceFile | undefined;
  let docs: Docs | undefined;
  let isBroken = isGroupBroken;
  for (const { file, errors } of files) {
    for (const item of file.items) {
      if (item.kind !== "nested-package") continue;
      for (const inner of item.items)
        if (inner.kind === "nested-package")
          reportNested(inner.name, file.source, diagnostics);
      packages.push({
        text: packageNameText(item.name),
        name: item.name,
        otherNames: [],
        source: file.source,
        docs: docsOf(item, file.source),
        parts: [
          { source: file.source, tree: file.tree, items: item.items, errors },
        ],
        isNested: true,
        isRoot,
        isBroken: hasErrorBetween(item, item.items, errors),
        isIncomplete: false,
      });
    }
    const { source: from, tree, items } = file;
    parts.push({ source: from, tree, items, errors });
    isBroken ||= hasErrorBetween(file, file.items, errors);
    const { header } = file;
    if (header === undefined) continue;
    if (
      name !== undefined &&
      source !== undefined &&
      packageNameText(name) !== packageNameText(header.name)
    ) {
      reportMismatch(header.name, file.source, name, source, diagnostics);
      otherNames.push(packageNameText(header.name));
    } else {
      name = header.name;
      source = file.source;
    }
    const headerDocs = docsOf(header, file.source);
    if (headerDocs === undefined) continue;
    if (docs === undefined) docs = headerDocs;
    else {
      const range = {
        source: file.source,
        start: header.docs,
        end: file.source.text.indexOf("\n", header.docs),
      };
      diagnostics.report(
        "repeated-package-docs",
        { ...range, end: range.end < 0 ? header.start : range.end },
        {},
      );
    }
  }
  let isComplete = !isGroupBroken;
  if (name === undefined || source === undefined) {
    const [first] = files;
    // The header may be in a file that could not be read or parsed.
    const isUnknown =
      isGroupBroken || files.some(({ errors }) => errors.length > 0);
    if (!isUnknown) {
      const range =
        first === undefined
          ? undefined
          : { source: first.file.source, start: 0, end: 0 };
      diagnostics.report("missing-package-header", range, { path: group.path });
    }
    isComplete = !isUnknown;
    if (first === undefined) return { packages, isComplete };
    // Continue with a placeholder name, to report other errors too. The name is never visible, because there is no
    // model.
    name = unnamed;
    source = first.file.source;
  }
  packages.push({
    text: packageNameText(name),
    name,
    otherNames,
    source,
    docs,
    parts,
    isNested: false,
    isRoot,
    isBroken,
    isIncomplete: isGroupBroken,
  });
  return { packages, isComplete };
}

/** A placeholder for a missing name. No package can have this name. */
const unnamed: PackageName = {
  kind: "package-name",
  start: 0,
  end: 0,
  namespace: { kind: "identifier", start: 0, end: 0, name: "" },
  name: { kind: "identifier", start: 0, end: 0, name: "" },
  version: undefined,
};

function reportNested(
  name: PackageName,
  source: SourceFile,
  diagnostics: DiagnosticCollector,
): void {
  diagnostics.report(
    "misplaced-package",
    { source, start: name.start, end: name.end },
    {},
  );
}

function reportMismatch(
  name: PackageName,
  source: SourceFile,
  previous: PackageName,
  previousSource: SourceFile,
  diagnostics: DiagnosticCollector,
): void {
  diagnostics.report(
    "package-mismatch",
    { source, start: name.start, end: name.end },
    { name: packageNameText(name), previous: packageNameText(previous) },
    {
      related: [
        {
          source: previousSource,
          start: previous.start,
          end: previous.end,
          message: "named differently here",
        },
      ],
    },
  );
}
