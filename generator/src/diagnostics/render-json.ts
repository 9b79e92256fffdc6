import type { Diagnostic, SourceRange } from "./diagnostic.js";
import { visibleJson } from "./visible.js";

/** A range in the JSON format. */
export interface JsonRange {
  readonly file: string;
  readonly start: JsonPosition;
  readonly end: JsonPosition;
}

/** A position in the JSON format. */
export interface JsonPosition {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units. */
  readonly column: number;
  /** 0-based, in UTF-16 units from the start of the file. */
  readonly offset: number;
}

/** A diagnostic in the JSON format. */
export interface JsonDiagnostic {
  readonly code: string;
  readonly severity: "error" | "warning" | "note";
  readonly message: string;
  readonly suggestion?: string;
  readonly range?: JsonRange;
  readonly related?: readonly (JsonRange & { readonly message: string })[];
}

/**
 * Formats diagnostics for programs: a JSON array of {@link JsonDiagnostic}, one per line.
 *
 * @returns the text, with a line terminator at its end; `[]` if there are no diagnostics.
 */
export function renderJson(diagnostics: readonly Diagnostic[]): string {
  if (diagnostics.length === 0) return "[]\n";
  const objects = diagnostics.map((diagnostic) =>
    JSON.stringify(toJsonDiagnostic(diagnostic)),
  );
  return `${visibleJson(`[\n  ${objects.join(",\n  ")}\n]`)}\n`;
}

/**
 * Converts a diagnostic to plain data.
 *
 * @param diagnostic - a diagnostic from `parse`, `resolve` or `generate`.
 * @returns the same diagnostic with lines and columns in addition to offsets, ready for `JSON.stringify`.
 */
export function toJsonDiagnostic(diagnostic: Diagnostic): JsonDiagnostic {
  const { code, severity, message, suggestion, range, related } = diagnostic;
  return {
    code,
    severity,
    message,
    ...(suggestion !== undefined && { suggestion }),
    ...(range && { range: toJsonRange(range) }),
    ...(related?.length && {
      related: related.map((place) => ({
        ...toJsonRange(place),
        message: place.message,
      })),
    }),
  };
}

function toJsonRange(range: SourceRange): JsonRange {
  return {
    file: range.source.path,
    start: toJsonPosition(range, range.start),
    end: toJsonPosition(range, range.end),
  };
}

function toJsonPosition({ source }: SourceRange, offset: number): JsonPosition {
  const { line, column } = source.positionAt(offset);
  return { line, column, offset };
}
