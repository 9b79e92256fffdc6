import type { DiagnosticCollector } from "../../diagnostics/collector.js";
import { Kind, Mark } from "../../syntax/kind.js";
import { type Reference, unresolved } from "../reference.js";
import type { Scope } from "../scope.js";

/**
 * Reports a constructor with a result type other than a `result` whose `ok` is the resource.
 *
 * @param node - the result type
 * @param result - the reference that it was resolved to
 * @param ok - the `ok` of the `result`; `undefined` if the type is not a `result`
 */
export function checkConstructorResult(
  node: number,
  result: Reference,
  ok: Reference | undefined,
  resource: Reference,
  scope: Scope,
  diagnostics: DiagnosticCollector,
): void {
  if (result === unresolved || ok === resource || ok === unresolved) return;
  const { tree } = scope;
  const hasOk =
    ok !== undefined &&
    tree.kind(node) === Kind.result &&
    tree.has(node, Mark.hasOk);
  const blamed = hasOk ? tree.inType(node) : node;
  const found = tree.source.quote(tree.start(blamed), tree.end(blamed));
  diagnostics.report("constructor-result", scope.rangeOf(blamed), { found });
}
