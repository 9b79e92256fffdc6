import type { DiagnosticCollector } from "../../diagnostics/collector.js";
import type { SourceRange } from "../../diagnostics/diagnostic.js";

/** Among the names of a world's imports, and among those of its exports, no two differ in case alone. */
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

/** Few names have an upper-case letter, and without one there is nothing to find. */
function hasUpperCase(items: ReadonlyMap<string | number, unknown>): boolean {
  for (const name of items.keys())
    if (typeof name === "string" && name !== name.toLowerCase()) return true;
  return false;
}
