import type { DiagnosticCollector } from "../../diagnostics/collector.js";
import type { TypeReference } from "../../model/model.js";
import type { Identifier } from "../../syntax/ast.js";
import type { SourceFile } from "../../syntax/source.js";
import { TypeFlag, unresolved } from "../type-table.js";

/** What `own` and `borrow` name is a resource, or an alias of one. Answers whether it is. */
export function checkHandle(
  reference: TypeReference,
  flags: number,
  name: Identifier,
  source: SourceFile,
  diagnostics: DiagnosticCollector,
): boolean {
  if ((flags & TypeFlag.resource) !== 0) return true;
  if (reference !== unresolved) {
    diagnostics.report(
      "not-a-resource",
      { source, start: name.start, end: name.end },
      { name: name.name },
    );
  }
  return false;
}
