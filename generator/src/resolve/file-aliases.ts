import type { DiagnosticCollector } from "../diagnostics/collector.js";
import type { UsePath } from "../syntax/ast.js";
import type { SourceFile } from "../syntax/source.js";
import type { TreeItem } from "../syntax/tree-file.js";
import { rangeOf } from "./context.js";
import type { UnparsedParts } from "./unparsed-parts.js";
import type { PackagePart } from "./parsed-package.js";
import { suggestName } from "./suggest.js";

/** The names that the top-level `use`s of a file introduce, each with its path. */
export type Aliases = ReadonlyMap<
  string,
  { readonly path: UsePath; readonly source: SourceFile }
>;

/**
 * Finds the names that the top-level `use`s of a file introduce. Reports names that are introduced twice, and local
 * paths that the package does not have.
 *
 * @param indices - the interfaces and worlds of the package, by their names
 */
export function findAliases(
  part: PackagePart,
  indices: ReadonlyMap<string, number>,
  lost: UnparsedParts,
  diagnostics: DiagnosticCollector,
): Aliases {
  const { source } = part;
  const aliases = new Map<string, { path: UsePath; source: SourceFile }>();
  const seen = new Map<string, TreeItem>();
  for (const item of part.items) {
    if (item.kind === "nested-package") continue;
    const name =
      item.kind === "top-level-use"
        ? (item.alias ?? item.path.name)
        : item.name;
    const first = seen.get(name.name);
    if (name.name === "") {
      // The alias is missing, which has been reported.
    } else if (first === undefined) {
      seen.set(name.name, item);
      if (item.kind === "top-level-use")
        aliases.set(name.name, { path: item.path, source });
    } else if (
      item.kind === "top-level-use" ||
      first.kind === "top-level-use"
    ) {
      const firstName =
        first.kind === "top-level-use"
          ? (first.alias ?? first.path.name)
          : first.kind === "nested-package"
            ? name
            : first.name;
      const related = [
        { ...rangeOf(firstName, source), message: "first defined here" },
      ];
      diagnostics.report(
        "duplicate-name",
        rangeOf(name, source),
        { name: name.name },
        { related },
      );
    }
    if (
      item.kind === "top-level-use" &&
      item.path.kind === "local-path" &&
      !indices.has(item.path.name.name) &&
      !lost.mayExplain(item.path.name, source)
    ) {
      const suggestion = suggestName(
        diagnostics,
        item.path.name.name,
        indices.keys(),
      );
      const details = suggestion === undefined ? {} : { suggestion };
      diagnostics.report(
        "unknown-item",
        rangeOf(item.path.name, source),
        { name: item.path.name.name },
        details,
      );
    }
  }
  return aliases;
}
