import type { Diagnostic, Severity } from "../diagnostics/diagnostic.js";
import { renderDiagnostics } from "../diagnostics/render.js";
import { painter, usesColour } from "./colours.js";
import type { Io, Output } from "./io.js";
import type { Format } from "./options.js";

/** Whether any diagnostic is an error, in which case nothing may be written. */
export function failsOn(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}

/** Where diagnostics are written, and in which format. */
export interface PrintOptions {
  readonly format: Format;
  readonly output: Output;
  readonly env: Io["env"];
  /** Whether notes, which require no action, are included in text output. JSON always includes them. Default: true. */
  readonly notes?: boolean;
}

/**
 * The streams for everything other than diagnostics. JSON has standard output for itself, so that all of it can be
 * parsed; the rest goes to standard error.
 */
export function besideDiagnostics(io: Io, format: Format): Io {
  return format === "json" ? { ...io, stdout: io.stderr } : io;
}

/**
 * Writes diagnostics without duplicates, since several entries may report the same one. Text output ends with a count;
 * JSON output is written even for an empty list, so that it can always be parsed.
 */
export function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  options: PrintOptions,
): void {
  const seen = new Set<string>();
  const withNotes = options.notes !== false || options.format === "json";
  const distinct = diagnostics.filter(({ code, severity, message, range }) => {
    if (severity === "note" && !withNotes) return false;
    const key = JSON.stringify([
      code,
      message,
      range?.source.path,
      range?.start,
    ]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  if (distinct.length === 0 && options.format !== "json") return;
  options.output.write(
    renderDiagnostics(distinct, {
      format: options.format,
      colour: usesColour(options.output, options.env),
    }),
  );
  if (options.format === "text") {
    const paint = painter(options.output, options.env);
    options.output.write(`\n${paint("bold", countText(distinct))}\n`);
  }
}

/** The number of diagnostics of each severity, as in `2 errors, 1 warning`. */
function countText(diagnostics: readonly Diagnostic[]): string {
  const severities: readonly Severity[] = ["error", "warning", "note"];
  return severities
    .map((severity) => {
      const { length } = diagnostics.filter((one) => one.severity === severity);
      if (length === 0) return "";
      return `${length} ${severity}${length === 1 ? "" : "s"}`;
    })
    .filter((text) => text !== "")
    .join(", ");
}
