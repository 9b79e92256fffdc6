import type { DiagnosticCollector } from "../../diagnostics/collector.js";
import type { EnumDefinition, VariantDefinition } from "../../syntax/ast.js";
import type { SourceFile } from "../../syntax/source.js";

/** A variant or an enum has a case, or there would be no value of it. */
export function checkHasCases(
  definition: EnumDefinition | VariantDefinition,
  source: SourceFile,
  diagnostics: DiagnosticCollector,
): void {
  if (definition.cases.length > 0) return;
  const { name, kind } = definition;
  diagnostics.report(
    "no-cases",
    { source, start: name.start, end: name.end },
    { kind, name: name.name },
  );
}
