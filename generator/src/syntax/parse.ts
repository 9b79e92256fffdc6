import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { DiagnosticCollector } from "../diagnostics/collector.js";
import type { File } from "./ast.js";
import { Names } from "./names.js";
import { parseFile } from "./parser.js";
import { SourceFile } from "./source.js";
import { syntaxTree } from "./syntax-tree.js";

/** A file that was parsed. */
export interface ParseResult {
  /** The tree of what could be read: all of it if there are no errors, else as much as can be made out. */
  readonly file: File;
  /** What is wrong with the text, in its order. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Parses a file of WIT. The tree says what the text says: names are not looked up, which is what `resolve` is for.
 *
 * @param source - the file, or its text alone
 * @returns the tree, and every independent error; whatever the text is, it never throws
 */
export function parse(source: SourceFile | string): ParseResult {
  const sink = new DiagnosticCollector();
  const file = parseFile(
    typeof source === "string" ? new SourceFile("input.wit", source) : source,
    sink,
    new Names(),
  );
  return { file: syntaxTree(file), diagnostics: sink.list() };
}
