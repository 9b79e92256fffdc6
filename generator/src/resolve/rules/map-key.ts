import type { DiagnosticCollector } from "../../diagnostics/collector.js";
import { Kind } from "../../syntax/kind.js";
import {
  primitiveReference,
  type Reference,
  unresolved,
} from "../reference.js";
import type { Scope } from "../scope.js";

const allowed: ReadonlySet<Reference> = new Set(
  [
    Kind.bool,
    Kind.u8,
    Kind.u16,
    Kind.u32,
    Kind.u64,
    Kind.s8,
    Kind.s16,
    Kind.s32,
    Kind.s64,
    Kind.char,
    Kind.string,
  ].map(primitiveReference),
);

/**
 * Checks that the key type of a map is `bool`, an integer type, `char` or `string`. An alias of one is not allowed.
 *
 * @param node - the map
 */
export function checkMapKey(
  node: number,
  key: Reference,
  scope: Scope,
  diagnostics: DiagnosticCollector,
): void {
  if (allowed.has(key) || key === unresolved) return;
  const { tree } = scope;
  const type = tree.inType(node);
  const found = tree.source.quote(tree.start(type), tree.end(type));
  diagnostics.report("invalid-map-key", scope.rangeOf(node), { found });
}
