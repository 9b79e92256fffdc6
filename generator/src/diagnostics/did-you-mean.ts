/**
 * The name nearest to one that was not found, for a suggestion.
 *
 * @param name - what was written
 * @param candidates - what could have been meant
 * @returns the nearest candidate within a third of the name's length in edits (a swap of neighbours counts as one; a
 * difference in case alone counts as none), the first of equals; `undefined` if none is near
 */
export function nearestName(
  name: string,
  candidates: Iterable<string>,
): string | undefined {
  if (name.length > longestCompared) return undefined;
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.floor(Math.max(name.length, 3) / 3) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(
      wanted,
      candidate.toLowerCase(),
      bestDistance,
    );
    if (distance < bestDistance && candidate !== name) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/**
 * The suggestion for a name that was not found.
 *
 * @returns "did you mean `x`?", or `undefined` if nothing is near
 */
export function didYouMean(
  name: string,
  candidates: Iterable<string>,
): string | undefined {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? undefined : `did you mean \`${nearest}\`?`;
}

/** Beyond this, nobody typed the name by hand, and comparing costs its square. */
const longestCompared = 100;

/** The optimal string alignment distance of two strings, or `limit` if it is at least that. */
function editDistance(left: string, right: string, limit: number): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    let smallest = row;
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let distance = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 &&
        column > 1 &&
        left[row - 1] === right[column - 2] &&
        left[row - 2] === right[column - 1];
      if (swapped)
        distance = Math.min(distance, at(beforePrevious, column - 2) + 1);
      current.push(distance);
      smallest = Math.min(smallest, distance);
    }
    if (smallest >= limit) return limit;
    beforePrevious = previous;
    previous = current;
  }
  return at(previous, right.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
