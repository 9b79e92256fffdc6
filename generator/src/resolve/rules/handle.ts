import type { DiagnosticCollector } from "../../diagnostics/collector.js";
import { type Reference, unresolved } from "../reference.js";
import type { Scope } from "../scope.js";
import { TypeFlag } from "../type-table.js";

/**
 * Checks that the type in an `own` or `borrow` handle is a resource or an alias of one. Returns whether it is.
 *
 * @param node - the handle
 */
export function checkHandle(
  reference: Reference,
  flags: number,
  node: number,
  scope: Scope,
  diagnostics: DiagnosticCollector,
): boolean {
  if ((flags & TypeFlag.resource) !== 0) return true;
  if (reference !== unresolved) {
    const name = scope.tree.nameText(node);
    diagnostics.report("not-a-resource", scope.rangeOf(node), { name });
  }
  return false;
}
