import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { DiagnosticCollector } from "../diagnostics/collector.js";
import type { File } from "./ast.js";
import { Names } from "./names.js";
import { parseFile } from "./parser.js";
import { SourceFile } from "./source.js";
import { syntaxTree } from "./syntax-tree.js";

/** The result of {@link parse}. */
export interface ParseResult {
  /**
   * The syntax tree. It is complete if there are no errors; otherwise it contains everything that could be
   * recognized.
   */
  readonly file: File;
  /** The errors in the text, in text order. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Parses a WIT file. Names are not looked up; `resolve` does that. Never throws, whatever the text is.
 *
 * @param source - the file, or only its text.
 * @returns the syntax tree, and every independent error.
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
