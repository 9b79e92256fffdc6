import type { DiagnosticCollector } from "../diagnostics/collector.js";
import type { RelatedRange } from "../diagnostics/diagnostic.js";
import type { PackageName } from "../syntax/ast.js";
import type { SourceFile } from "../syntax/source.js";
import { forEachPath } from "./for-each-path.js";
import { comparePackageNames, packageNameText } from "./package-name.js";
import type { ParsedPackage } from "./parsed-package.js";

/** The first position where a package mentions another. */
export interface Mention {
  readonly text: string;
  readonly name: PackageName;
  readonly source: SourceFile;
}

/** A package and the first mention of each other package, in the order of the mentions. */
export interface OrderedPackage {
  readonly package: ParsedPackage;
  readonly mentions: ReadonlyMap<string, Mention>;
}

/**
 * Orders packages so that each comes after its dependencies, in the order of wit-parser: sorted by name, then
 * depth-first in the order of mentions. Reports cycles and packages with the same name.
 */
export function orderPackages(
  packages: readonly ParsedPackage[],
  diagnostics: DiagnosticCollector,
): OrderedPackage[] {
  const byName = new Map<string, OrderedPackage>();
  for (const item of packages) {
    const first = byName.get(item.text)?.package;
    if (first === undefined)
      byName.set(item.text, { package: item, mentions: mentionsOf(item) });
    else reportDuplicate(item, first, diagnostics);
  }
  const sorted = [...byName.values()].sort((a, b) =>
    comparePackageNames(a.package.name, b.package.name),
  );

  const order: OrderedPackage[] = [];
  const isDone = new Set<string>();
  for (const root of sorted) {
    if (isDone.has(root.package.text)) continue;
    const path: {
      readonly item: OrderedPackage;
      readonly rest: Iterator<Mention>;
    }[] = [];
    const onPath = new Map<string, number>();
    const enter = (item: OrderedPackage): void => {
      onPath.set(item.package.text, path.length);
      path.push({ item, rest: item.mentions.values() });
    };
    enter(root);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = top.rest.next();
      if (next.done === true) {
        path.pop();
        onPath.delete(top.item.package.text);
        isDone.add(top.item.package.text);
        order.push(top.item);
        continue;
      }
      const mention = next.value;
      const target = byName.get(mention.text);
      const position = onPath.get(mention.text);
      // wit-parser reports a cycle at the edge that closes it; but if the search started on the cycle, at its first
      // edge.
      if (position !== undefined) {
        const cycle = path.slice(position).map(({ item }) => item);
        reportCycle(
          position === 0 ? cycle : [...cycle.slice(-1), ...cycle.slice(0, -1)],
          diagnostics,
        );
      } else if (target !== undefined && !isDone.has(mention.text))
        enter(target);
    }
  }
  return order;
}

function mentionsOf(item: ParsedPackage): Map<string, Mention> {
  const mentions = new Map<string, Mention>();
  for (const { items, source } of item.parts) {
    forEachPath(items, (path) => {
      if (path.kind !== "package-path") return;
      const text = packageNameText(path.package);
      if (!mentions.has(text))
        mentions.set(text, { text, name: path.package, source });
    });
  }
  return mentions;
}

function reportDuplicate(
  item: ParsedPackage,
  first: ParsedPackage,
  diagnostics: DiagnosticCollector,
): void {
  const { start, end } = first.name;
  diagnostics.report(
    "duplicate-package",
    { source: item.source, start: item.name.start, end: item.name.end },
    { name: item.text },
    {
      related: [
        { source: first.source, start, end, message: "first defined here" },
      ],
    },
  );
}

/** Whether a package is nested in a file with syntax errors. */
function isUnclear({ isNested, parts }: ParsedPackage): boolean {
  return isNested && parts.some(({ errors }) => errors.length > 0);
}

/** Reports a cycle at its first edge, with the other edges as related positions. */
function reportCycle(
  cycle: readonly OrderedPackage[],
  diagnostics: DiagnosticCollector,
): void {
  const steps: RelatedRange[] = [];
  for (const [index, item] of cycle.entries()) {
    const next = cycle[(index + 1) % cycle.length] ?? item;
    const mention = item.mentions.get(next.package.text);
    if (mention === undefined) continue;
    const { source, name } = mention;
    const message = `\`${item.package.text}\` depends on \`${next.package.text}\``;
    steps.push({ source, start: name.start, end: name.end, message });
  }
  const [first, ...related] = steps;
  if (first === undefined) return;
  // A file that was meant to be another package mentions this one.
  if (cycle.some((item) => item.package.otherNames.length > 0)) return;
  // The mention may be outside of the nested package, whose brace is missing.
  if (cycle.length === 1 && cycle.some((item) => isUnclear(item.package)))
    return;
  const path = [...cycle, ...cycle.slice(0, 1)]
    .map((item) => item.package.text)
    .join(" → ");
  const suggestion =
    cycle.length === 1
      ? {
          suggestion: "refer to items of the same package by their names alone",
        }
      : {};
  const details = { related, ...suggestion };
  diagnostics.report("package-cycle", first, { path }, details);
}
