/**
 * Returns the candidate that is most similar to a name that was not found, for a suggestion.
 *
 * @param name - the name as written.
 * @param candidates - the names that exist.
 * @returns the candidate with the smallest edit distance, which may be at most a third of the length of the name, but
 * is always allowed to be 1; the first one if several are equally near; `undefined` if none is near enough. A swap of
 * two adjacent characters counts as one edit; a difference only in case counts as none.
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
 * Returns the suggestion for a name that was not found.
 *
 * @returns "did you mean `x`?", or `undefined` if no candidate is near enough.
 */
export function didYouMean(
  name: string,
  candidates: Iterable<string>,
): string | undefined {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? undefined : `did you mean \`${nearest}\`?`;
}

/**
 * The length of the longest name that is compared. Longer names are not typed by hand, and comparing takes quadratic
 * time.
 */
const longestCompared = 100;

/**
 * Returns the optimal string alignment distance of two strings; a value of at least `limit` if the distance is that
 * large.
 */
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
