/** What {@link topologicalOrder} finds. */
export interface TopologicalOrder {
  /** Every node once, each behind those it depends on, where no cycle prevents that. */
  readonly order: readonly number[];
  /** The cycles that were found, each as the nodes on it in order, independent of one another. */
  readonly cycles: readonly (readonly number[])[];
  /**
   * The nodes by which the first cycle was found, each depending on the next and the last one on the first of the cycle:
   * the reference blames the first step of that. Empty if the cycle was found from a node on it.
   */
  readonly wayIn: readonly number[];
}

/**
 * Orders nodes so that each stands behind those it depends on, and of the nodes that are ready the one that comes first
 * in the source goes first: that is the order of the reference.
 *
 * A cycle is reported, its nodes are taken as ready in the order of the source, and the rest is ordered behind it.
 *
 * @param dependencies - for each node those it depends on; one named twice counts twice, which changes nothing
 */
export function topologicalOrder(
  dependencies: readonly (readonly number[])[],
): TopologicalOrder {
  // Mostly each node stands behind those it depends on already.
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

/** Follows the first open dependency of each node until a node comes again: every open node has one, or it would be ready. */
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
 * What a step is that stands behind the one blamed for a cycle.
 *
 * @param step - its index, those of the way into the cycle included
 * @param way - how many steps lead into the cycle
 */
export function stepOfCycle(step: number, way: number): string {
  if (step < way) return "which leads to the cycle";
  return way > 0 ? "which is on the cycle" : "which is on the cycle, too";
}

/** A binary heap of numbers, the smallest on top. */
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
