import type { Diagnostic } from "./diagnostic.js";
import { renderGithub } from "./render-github.js";
import { renderJson } from "./render-json.js";
import { renderText } from "./render-text.js";

/** The output formats for diagnostics. */
export type DiagnosticFormat = "text" | "json" | "github";

/** Options of {@link renderDiagnostics}. */
export interface RenderOptions {
  /** The format. Default: `text`, for people. */
  readonly format?: DiagnosticFormat;
  /** Whether `text` uses terminal colours. The other formats never do. Default: `false`. */
  readonly colour?: boolean;
}

/**
 * Formats diagnostics in one of the {@link DiagnosticFormat}s.
 *
 * @param diagnostics - the diagnostics, in the order in which to write them.
 * @param options - the format and the use of colours. Default: text without colours.
 * @returns the text, with a line terminator at its end. Without diagnostics, it is `[]` in JSON and empty in other
 * formats.
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  options: RenderOptions = {},
): string {
  switch (options.format ?? "text") {
    case "text":
      return renderText(diagnostics, { colour: options.colour ?? false });
    case "json":
      return renderJson(diagnostics);
    case "github":
      return renderGithub(diagnostics);
  }
}
