import type { DiagnosticCollector } from "../../diagnostics/collector.js";
import type { SourceRange } from "../../diagnostics/diagnostic.js";

/** Reports imports of a world, or exports of a world, whose names differ only in case. */
export function checkNamesIgnoringCase(
  direction: "import" | "export",
  items: ReadonlyMap<string | number, unknown>,
  placeOf: (name: string) => SourceRange,
  diagnostics: DiagnosticCollector,
): void {
  if (!hasUpperCase(items)) return;
  const seen = new Map<string, string>();
  for (const name of items.keys()) {
    if (typeof name !== "string") continue;
    const lower = name.toLowerCase();
    const first = seen.get(lower);
    if (first === undefined) seen.set(lower, name);
    else if (first !== name) {
      const related = [{ ...placeOf(first), message: `\`${first}\` is here` }];
      diagnostics.report(
        "names-differ-in-case",
        placeOf(name),
        { direction, name, first },
        { related },
      );
    }
  }
}

/**
 * A cheap test before the full check: names rarely have upper-case letters, and without one there is nothing to report.
 */
function hasUpperCase(items: ReadonlyMap<string | number, unknown>): boolean {
  for (const name of items.keys())
    if (typeof name === "string" && name !== name.toLowerCase()) return true;
  return false;
}
