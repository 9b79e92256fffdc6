/** The result of {@link topologicalOrder}. */
export interface TopologicalOrder {
  /** Every node once, each after its dependencies, unless a cycle prevents that. */
  readonly order: readonly number[];
  /**
   * The cycles that were found, each as a list of nodes in which every node depends on the next and the last on the
   * first. No node is on two of them.
   */
  readonly cycles: readonly (readonly number[])[];
  /**
   * The path on which the first cycle was found: each node depends on the next, and the last one on the first node of
   * the cycle. wit-parser reports the first edge of this path. Empty if the search started at a node of the cycle.
   */
  readonly wayIn: readonly number[];
}

/**
 * Orders nodes so that each comes after its dependencies. Of several nodes that are ready, the first in source order
 * comes first, as in wit-parser.
 *
 * If there is a cycle, its nodes count as ready, in source order, and the remaining nodes are ordered after them.
 *
 * @param dependencies - the dependencies of each node; duplicates are allowed
 */
export function topologicalOrder(
  dependencies: readonly (readonly number[])[],
): TopologicalOrder {
  // Fast path for the common case that source order is a topological order.
  if (dependencies.every((nodes, node) => nodes.every((other) => other < node)))
    return {
      order: dependencies.map((_, node) => node),
      cycles: [],
      wayIn: [],
    };
  const waiting = dependencies.map((nodes) => nodes.length);
  const dependents: number[][] = dependencies.map(() => []);
  for (const [node, nodes] of dependencies.entries())
    for (const other of nodes) dependents[other]?.push(node);

  const ready = new NumberHeap();
  const order: number[] = [];
  const isDone = new Uint8Array(dependencies.length);
  const cycles: (readonly number[])[] = [];
  let wayIn: readonly number[] = [];
  const take = (node: number): void => {
    isDone[node] = 1;
    order.push(node);
    for (const dependent of dependents[node] ?? []) {
      const left = (waiting[dependent] ?? 0) - 1;
      waiting[dependent] = left;
      if (left === 0 && isDone[dependent] === 0) ready.push(dependent);
    }
  };

  for (const [node, count] of waiting.entries())
    if (count === 0) ready.push(node);
  let firstOpen = 0;
  while (order.length < dependencies.length) {
    for (let node = ready.pop(); node !== undefined; node = ready.pop())
      if (isDone[node] === 0) take(node);
    while (firstOpen < dependencies.length && isDone[firstOpen] === 1)
      firstOpen++;
    if (firstOpen === dependencies.length) break;
    const { way, cycle } = findCycle(dependencies, isDone, firstOpen);
    if (cycles.length === 0) wayIn = way;
    cycles.push(cycle);
    for (const node of [...cycle].sort((a, b) => a - b)) take(node);
  }
  return { order, cycles, wayIn };
}

/**
 * Follows the first unfinished dependency of each node until a node repeats. Every unfinished node has one, otherwise
 * it would be ready.
 */
function findCycle(
  dependencies: readonly (readonly number[])[],
  isDone: Uint8Array,
  start: number,
): { readonly way: readonly number[]; readonly cycle: readonly number[] } {
  const positions = new Map<number, number>();
  const path: number[] = [];
  let node = start;
  for (;;) {
    const position = positions.get(node);
    if (position !== undefined)
      return { way: path.slice(0, position), cycle: path.slice(position) };
    positions.set(node, path.length);
    path.push(node);
    const next = dependencies[node]?.find((other) => isDone[other] === 0);
    if (next === undefined) return { way: [], cycle: path };
    node = next;
  }
}

/**
 * Returns the message for an edge that is related to a cycle; the first edge carries the diagnostic itself.
 *
 * @param step - the index of the edge, counted from the start of the path into the cycle
 * @param way - the number of edges that lead into the cycle
 */
export function stepOfCycle(step: number, way: number): string {
  if (step < way) return "which leads to the cycle";
  return way > 0 ? "which is on the cycle" : "which is on the cycle, too";
}

/** A binary min-heap of numbers. */
class NumberHeap {
  readonly #items: number[] = [];

  push(item: number): void {
    const items = this.#items;
    let at = items.length;
    items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent] ?? 0;
      if (above <= item) break;
      items[at] = above;
      at = parent;
    }
    items[at] = item;
  }

  pop(): number | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      let smaller = items[child];
      if (smaller === undefined) break;
      const right = items[child + 1];
      if (right !== undefined && right < smaller) {
        child++;
        smaller = right;
      }
      if (smaller >= last) break;
      items[at] = smaller;
      at = child;
    }
    items[at] = last;
    return top;
  }
}
