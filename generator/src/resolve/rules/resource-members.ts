import type { DiagnosticCollector } from "../../diagnostics/collector.js";
import { Kind } from "../../syntax/kind.js";
import type { Tree } from "../../syntax/tree.js";
import type { Scope } from "../scope.js";

/**
 * Checks that a resource has at most one constructor, and that the names of its methods and static functions are
 * unique.
 *
 * @param resource - the node of the resource
 */
export function checkResourceMembers(
  resource: number,
  scope: Scope,
  diagnostics: DiagnosticCollector,
): void {
  const { tree } = scope;
  if (!mayRepeat(tree, resource)) return;
  const end = tree.nextItem(resource);
  const seen = new Map<number, number>();
  for (let at = tree.inItem(resource); at < end; at = tree.nextItem(at)) {
    const name = tree.name(at);
    const isConstructor = tree.kind(at) === Kind.constructor;
    // A constructor has no name of its own, so it does not conflict with a method called `constructor`.
    const key = isConstructor ? -1 : name;
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, at);
      continue;
    }
    const text = isConstructor ? "constructor" : tree.names.text(name);
    const related = [
      { ...scope.rangeOf(first), message: "first defined here" },
    ];
    diagnostics.report(
      "duplicate-name",
      scope.rangeOf(at),
      { name: text },
      { related },
    );
  }
}

/**
 * A cheap test before the full check: whether two of up to 12 members have the same name. Returns `true` if there are
 * more members.
 */
function mayRepeat(tree: Tree, resource: number): boolean {
  const first = tree.inItem(resource);
  const end = tree.nextItem(resource);
  let count = 0;
  for (let at = first; at < end; at = tree.nextItem(at)) {
    if (++count > 12) return true;
    const name = tree.name(at);
    for (let other = first; other < at; other = tree.nextItem(other))
      if (tree.name(other) === name) return true;
  }
  return false;
}
