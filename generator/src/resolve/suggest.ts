import type { DiagnosticCollector } from "../diagnostics/collector.js";
import { didYouMean } from "../diagnostics/did-you-mean.js";

/** With more problems than this, details that are expensive to compute are omitted: they are unlikely to be read. */
export const mostExplained = 500;

/** With more names than this, no suggestion is made: comparing each unknown name with every known name becomes slow. */
const mostCompared = 2_000;

/**
 * Returns a suggestion for a name that was not found in lists of names.
 *
 * @returns "did you mean `x`?", or `undefined` if no name is similar, or if there are too many problems or too many
 * names to compare
 */
export function suggestName(
  diagnostics: DiagnosticCollector,
  name: string,
  ...lists: readonly (Iterable<string> | undefined)[]
): string | undefined {
  if (diagnostics.size > mostExplained) return undefined;
  const candidates: string[] = [];
  for (const list of lists) {
    for (const candidate of list ?? []) {
      if (candidates.length === mostCompared) return undefined;
      // An empty name belongs to an item whose name could not be parsed.
      if (candidate !== "") candidates.push(candidate);
    }
  }
  return didYouMean(name, candidates);
}
