import type { DiagnosticCollector } from "../../diagnostics/collector.js";
import { Kind } from "../../syntax/kind.js";
import type { Scope } from "../scope.js";

/** A variant or an enum has a case, or there would be no value of it. */
export function checkHasCases(
  definition: number,
  scope: Scope,
  diagnostics: DiagnosticCollector,
): void {
  const { tree } = scope;
  if (tree.inItem(definition) < tree.nextItem(definition)) return;
  // Those that could not be read may have been some.
  if (scope.hasErrorBehind(tree.nameEnd(definition))) return;
  const kind = tree.kind(definition) === Kind.enum ? "enum" : "variant";
  const name = tree.nameText(definition);
  diagnostics.report("no-cases", scope.rangeOf(definition), { kind, name });
}
