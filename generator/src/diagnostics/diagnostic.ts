import type { SourceFile } from "../syntax/source.js";
import type { DiagnosticCode } from "./catalogue.js";

/** The severity of a problem. An error prevents output; a warning and a note do not. */
export type Severity = "error" | "warning" | "note";

/** A range in a file. */
export interface SourceRange {
  readonly source: SourceFile;
  /** Offset of the first UTF-16 unit. */
  readonly start: number;
  /** Offset after the last UTF-16 unit. */
  readonly end: number;
}

/** Another place that is related to a problem, and a message that says how. */
export interface RelatedRange extends SourceRange {
  readonly message: string;
}

/** A problem found in the input. Problems are collected, never thrown. */
export interface Diagnostic {
  /** A stable name in kebab case, documented in `docs/diagnostics.md`. */
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** One sentence in the user's terms, without a full stop at the end. */
  readonly message: string;
  /** The place of the problem; absent only if it concerns no file, as for a missing directory. */
  readonly range?: SourceRange;
  readonly related?: readonly RelatedRange[];
  /** What to do about the problem, if known: a similar name, or a fix. */
  readonly suggestion?: string;
}
