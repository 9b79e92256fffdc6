import type { Diagnostic } from "./diagnostic.js";
import { renderGithub } from "./render-github.js";
import { renderJson } from "./render-json.js";
import { renderText } from "./render-text.js";

/** The forms diagnostics can be written in. */
export type DiagnosticFormat = "text" | "json" | "github";

/** How diagnostics are written. */
export interface RenderOptions {
  /** `text`, for people, by default. */
  readonly format?: DiagnosticFormat;
  /** Whether `text` uses the colours of a terminal; off by default. The other forms never do. */
  readonly colour?: boolean;
}

/**
 * Writes diagnostics in one of the {@link DiagnosticFormat}s.
 *
 * @param diagnostics - what to write, in this order
 * @param options - the format, plain text unless it says otherwise
 * @returns the text, with a line end at its end
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
