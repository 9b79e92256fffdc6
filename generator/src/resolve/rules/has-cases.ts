import type { DiagnosticCollector } from "../../diagnostics/collector.js";
import { Kind } from "../../syntax/kind.js";
import type { Scope } from "../scope.js";

/** Reports a variant or an enum without cases: such a type has no values. */
export function checkHasCases(
  definition: number,
  scope: Scope,
  diagnostics: DiagnosticCollector,
): void {
  const { tree } = scope;
  if (tree.inItem(definition) < tree.nextItem(definition)) return;
  // Cases may be missing because of a syntax error.
  if (scope.hasErrorBehind(tree.nameEnd(definition))) return;
  const kind = tree.kind(definition) === Kind.enum ? "enum" : "variant";
  const name = tree.nameText(definition);
  diagnostics.report("no-cases", scope.rangeOf(definition), { kind, name });
}
