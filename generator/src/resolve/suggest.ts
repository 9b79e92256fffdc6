import type { DiagnosticCollector } from "../diagnostics/collector.js";
import { didYouMean } from "../diagnostics/did-you-mean.js";

/** Beyond this many problems nobody reads on, and what makes each of them dearer is left out. */
export const mostExplained = 500;

/** Beyond this many names nobody reads the suggestions, and comparing each unknown name with each known one gets slow. */
const mostCompared = 2_000;

/**
 * The suggestion for a name that was not found among some lists of names.
 *
 * @returns "did you mean `x`?", or `undefined` if nothing is near or there are too many names to compare
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
      // One that could not be read is none.
      if (candidate !== "") candidates.push(candidate);
    }
  }
  return didYouMean(name, candidates);
}
