import type { DiagnosticCollector } from "../diagnostics/collector.js";
import type { UsePath } from "../syntax/ast.js";
import type { TreeInterface, TreeWorld } from "../syntax/tree-file.js";
import type { Place } from "./builder.js";
import { rangeOf } from "./context.js";
import type { Aliases } from "./file-aliases.js";
import type { PackagePart } from "./parsed-package.js";
import { stepOfCycle, topologicalOrder } from "./toposort.js";

/** An interface or a world in the source. */
export interface LocalNode {
  readonly node: TreeInterface | TreeWorld;
  readonly part: PackagePart;
  /** The index of the package part that contains it. */
  readonly partIndex: number;
}

/** The interfaces and worlds of a package in source order, and the index of each by its name. */
export interface LocalNodes {
  readonly nodes: readonly LocalNode[];
  readonly indices: ReadonlyMap<string, number>;
  /** The indices of those whose name is repeated by a later interface or world. */
  readonly repeated: ReadonlySet<number>;
}

/**
 * Finds the interfaces and worlds of a package. If several have the same name, the first is used and the others are
 * reported.
 */
export function findNodes(
  parts: readonly PackagePart[],
  diagnostics: DiagnosticCollector,
): LocalNodes {
  const nodes: LocalNode[] = [];
  const indices = new Map<string, number>();
  const repeated = new Set<number>();
  for (const [partIndex, part] of parts.entries()) {
    for (const node of part.items) {
      if (node.kind !== "interface" && node.kind !== "world") continue;
      const { name } = node;
      const index = indices.get(name.name);
      const first = index === undefined ? undefined : nodes[index];
      if (index === undefined || first === undefined) {
        indices.set(name.name, nodes.push({ node, part, partIndex }) - 1);
        continue;
      }
      repeated.add(index);
      const related = [
        {
          ...rangeOf(first.node.name, first.part.source),
          message: "first defined here",
        },
      ];
      diagnostics.report(
        "duplicate-name",
        rangeOf(name, part.source),
        { name: name.name },
        { related },
      );
    }
  }
  return { nodes, indices, repeated };
}

/**
 * Orders the interfaces and worlds of a package, each after those it uses or includes. Reports cycles.
 *
 * @param aliases - the names from top-level `use`s, for each part of the package
 * @returns the indices of all interfaces and worlds, in order, and the indices of those on each cycle
 */
export function orderNodes(
  { nodes, indices }: LocalNodes,
  aliases: readonly Aliases[],
  diagnostics: DiagnosticCollector,
): {
  readonly order: readonly number[];
  readonly cycles: readonly (readonly number[])[];
} {
  const edges = nodes.map((from) => {
    const targets: number[] = [];
    forEachEdge(from, aliases, indices, (target) => targets.push(target));
    return targets;
  });
  const { order, cycles, wayIn } = topologicalOrder(edges);
  for (const [index, cycle] of cycles.entries()) {
    const way = index === 0 ? wayIn : [];
    reportCycle(cycle, way, nodes, aliases, indices, diagnostics);
  }
  return { order, cycles };
}

/**
 * Visits the items of the package that an item uses or includes, each with the path of the `use` or `include` and, if
 * that names an alias, the path of the alias.
 */
function forEachEdge(
  { node, partIndex }: LocalNode,
  aliases: readonly Aliases[],
  indices: ReadonlyMap<string, number>,
  visit: (target: number, path: UsePath, alias: UsePath | undefined) => void,
): void {
  const names = aliases[partIndex];
  // The `use`s of a world are not edges: interfaces never depend on worlds, and are resolved before them.
  const items = node.kind === "interface" ? node.items.uses : node.items;
  for (const item of items) {
    const isEdge =
      item.kind === "include" ||
      (item.kind === "use" && node.kind === "interface");
    if (!isEdge || item.path.kind !== "local-path") continue;
    const alias = names?.get(item.path.name.name)?.path;
    if (alias?.kind === "package-path") continue;
    const target = indices.get((alias ?? item.path).name.name);
    if (target !== undefined) visit(target, item.path, alias);
  }
}

function reportCycle(
  cycle: readonly number[],
  wayIn: readonly number[],
  nodes: readonly LocalNode[],
  aliases: readonly Aliases[],
  indices: ReadonlyMap<string, number>,
  diagnostics: DiagnosticCollector,
): void {
  const names: string[] = [];
  const steps: Place[] = [];
  const walk = [...wayIn, ...cycle, ...cycle.slice(0, 1)];
  for (const [step, index] of walk.slice(0, -1).entries()) {
    const from = nodes[index];
    if (from === undefined) continue;
    if (step >= wayIn.length) names.push(from.node.name.name);
    const next = walk[step + 1];
    let place: Place | undefined;
    forEachEdge(from, aliases, indices, (target, path, alias) => {
      if (target !== next || place !== undefined) return;
      const to = nodes[target];
      // Like wit-parser, report an edge within one file at the definition of its target.
      const node = alias ?? (to?.part === from.part ? to.node.name : path);
      place = { node, source: from.part.source };
    });
    if (place !== undefined) steps.push(place);
  }
  const [first, ...rest] = steps;
  if (first === undefined) return;
  const related = rest.map(({ node, source }, index) => ({
    ...rangeOf(node, source),
    message: stepOfCycle(index + 1, wayIn.length),
  }));
  const path = [...names, ...names.slice(0, 1)].join(" → ");
  diagnostics.report(
    "dependency-cycle",
    rangeOf(first.node, first.source),
    { path },
    { related },
  );
}
