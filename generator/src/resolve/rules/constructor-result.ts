import type { DiagnosticCollector } from "../../diagnostics/collector.js";
import type { TypeReference } from "../../model/model.js";
import type { Type } from "../../syntax/ast.js";
import type { SourceFile } from "../../syntax/source.js";
import { blamedNode } from "../context.js";
import { unresolved } from "../type-table.js";

/**
 * What a constructor says it returns is a `result` whose `ok` is the resource.
 *
 * @param result what the type was resolved to
 * @param ok the `ok` of that, `undefined` if it is no `result`
 */
export function checkConstructorResult(
  type: Type,
  result: TypeReference,
  ok: TypeReference | null | undefined,
  resource: TypeReference,
  source: SourceFile,
  diagnostics: DiagnosticCollector,
): void {
  if (result === unresolved || ok === resource || ok === unresolved) return;
  const blamed =
    ok !== undefined && type.kind === "result" && type.ok !== undefined
      ? type.ok
      : type;
  const found = source.text.slice(blamed.start, blamed.end);
  const { start, end } = blamedNode(blamed);
  diagnostics.report("constructor-result", { source, start, end }, { found });
}
