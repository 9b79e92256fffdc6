import type { File } from "./ast.js";
import { childrenOf, type Node } from "./visitor.js";

/**
 * Checks the invariants of every syntax tree, even one of invalid text: the range of each node is inside the file and
 * inside the range of its parent, children are in text order and do not overlap, and no node occurs twice.
 *
 * @returns descriptions of the violations, for tests; empty for a valid tree.
 */
export function checkInvariants(file: File): readonly string[] {
  const faults: string[] = [];
  const seen = new Set<Node>();
  const waiting: Node[] = [file];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (seen.has(node)) faults.push(`${describe(node)} stands in two places`);
    seen.add(node);
    if (!(
      0 <= node.start &&
      node.start <= node.end &&
      node.end <= file.source.text.length
    )) {
      faults.push(`${describe(node)} does not lie in the file`);
    }
    let behind = node.start;
    for (const child of childrenOf(node)) {
      if (child.start < behind)
        faults.push(
          `${describe(child)} begins before ${String(behind)}, in ${describe(node)}`,
        );
      if (child.end > node.end)
        faults.push(`${describe(child)} ends behind ${describe(node)}`);
      behind = Math.max(behind, child.end);
      waiting.push(child);
    }
  }
  return faults;
}

function describe(node: Node): string {
  return `${node.kind} at ${String(node.start)}–${String(node.end)}`;
}
