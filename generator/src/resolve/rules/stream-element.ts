import type { DiagnosticCollector } from "../../diagnostics/collector.js";
import type { Reference } from "../reference.js";
import type { Scope } from "../scope.js";
import { TypeFlag } from "../type-table.js";

/**
 * Warns about a stream whose element type is an alias of `char`. The check of the syntax tree finds `stream<char>`
 * itself.
 *
 * @param node - the stream
 */
export function checkStreamElement(
  node: number,
  element: Reference,
  flags: number,
  scope: Scope,
  diagnostics: DiagnosticCollector,
): void {
  if (element < 0 || (flags & TypeFlag.char) === 0) return;
  const { tree } = scope;
  const at = { start: tree.start(node), end: tree.end(node) };
  diagnostics.report("stream-of-char", scope.rangeOf(at), {});
}
