import type { SourceFile } from "../syntax/source.js";
import type { DiagnosticCode } from "./catalogue.js";

/** How bad a problem is: an error stops the output, a warning and a note do not. */
export type Severity = "error" | "warning" | "note";

/** A piece of a file. */
export interface SourceRange {
  readonly source: SourceFile;
  /** Offset of the first UTF-16 unit. */
  readonly start: number;
  /** Offset behind the last UTF-16 unit. */
  readonly end: number;
}

/** Another place that has to do with a problem, and what it has to do with it. */
export interface RelatedRange extends SourceRange {
  readonly message: string;
}

/** One problem found in the input. Problems are collected, never thrown. */
export interface Diagnostic {
  /** A stable kebab-case name, documented in `docs/diagnostics.md`. */
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** One sentence in the user's words, without a full stop at the end. */
  readonly message: string;
  /** Where; absent only for what concerns no file, such as a missing directory. */
  readonly range?: SourceRange;
  readonly related?: readonly RelatedRange[];
  /** What to do about it, where that is known: a near name, a fix. */
  readonly suggestion?: string;
}
