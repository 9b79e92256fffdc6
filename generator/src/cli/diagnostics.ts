import type { Diagnostic, Severity } from "../diagnostics/diagnostic.js";
import { renderDiagnostics } from "../diagnostics/render.js";
import { painter, usesColour } from "./colours.js";
import type { Io, Output } from "./io.js";
import type { Format } from "./options.js";

/** Whether there is an error among them, so that nothing may be written. */
export function failsOn(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}

/** Where diagnostics go, and how. */
export interface PrintOptions {
  readonly format: Format;
  readonly output: Output;
  readonly env: Io["env"];
  /** Whether notes are printed as text, too: nothing has to be done about them. JSON has them in any case. Default: true. */
  readonly notes?: boolean;
}

/**
 * Writes diagnostics, each once, although several entries may have met it. As text, their number comes last; as JSON, an empty
 * list is written too, so that there always is something to parse.
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

/** `2 errors, 1 warning`: how many there are of each severity. */
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
