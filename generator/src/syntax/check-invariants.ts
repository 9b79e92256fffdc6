import type { File } from "./ast.js";
import { childrenOf, type Node } from "./visitor.js";

/**
 * Checks what holds of every tree, however broken its text: the range of each node lies in the file and in that of its parent,
 * children stand in the order of the text and do not overlap, no node stands in two places.
 *
 * @returns what does not hold, for a test to show; nothing for a sound tree
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
