import type { DiagnosticCollector } from "../../diagnostics/collector.js";
import type { TypeReference } from "../../model/model.js";
import type { MapType } from "../../syntax/ast.js";
import type { SourceFile } from "../../syntax/source.js";
import { unresolved } from "../type-table.js";

const allowed: ReadonlySet<TypeReference> = new Set<TypeReference>([
  "bool",
  "u8",
  "u16",
  "u32",
  "u64",
  "s8",
  "s16",
  "s32",
  "s64",
  "char",
  "string",
]);

/** A map's keys are written as `bool`, an integer, `char` or `string`; an alias of one will not do. */
export function checkMapKey(
  type: MapType,
  key: TypeReference,
  source: SourceFile,
  diagnostics: DiagnosticCollector,
): void {
  if (allowed.has(key) || key === unresolved) return;
  const range = { source, start: type.start, end: type.end };
  const found = source.text.slice(type.key.start, type.key.end);
  diagnostics.report("invalid-map-key", range, { found });
}
