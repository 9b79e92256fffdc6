/**
 * The method that all benchmarks share. The contestants run in the same session, in rounds, one after another, in an
 * order that is reversed each round. A ratio is taken within each round, and the result is the median of the ratios. So
 * neither a machine that slows down for a while nor an advantage of running second decides the result.
 */

/** What one run of one contestant measured, by metric, such as `{ "wall time": 71.2, memory: 48 }`. */
export type Sample = Readonly<Record<string, number>>;

/** Does the work once and returns its measurements. */
export type Measure = () => Sample | Promise<Sample>;

/** One piece of work, done by this project and by its peers. */
export interface Case {
  readonly name: string;
  /** The unit of each metric that the contestants measure. */
  readonly units: Readonly<Record<string, string>>;
  readonly ours: Measure;
  /** By name. */
  readonly peers: Readonly<Record<string, Measure>>;
}

/** The number of rounds, and progress reporting. */
export interface CompareOptions {
  /** The number of rounds that count. */
  readonly rounds: number;
  /** The number of rounds before those, whose results are discarded. Default: 1. */
  readonly warmUp?: number;
  /** Called before each round. */
  readonly progress?: (text: string) => void;
}

/** One line of the result: medians, and the median of the ratios of all rounds. */
export interface Row {
  readonly bench: string;
  readonly case: string;
  readonly unit: string;
  readonly ours: number;
  readonly peer: number;
  /** Ours divided by the peer's. */
  readonly ratio: number;
  readonly rounds: number;
}

/**
 * Measures all cases, one after another.
 *
 * @param bench - the name of the benchmark, for the rows.
 * @returns a row for each case, metric and peer. The name of the case is followed by the metric if there are several,
 *   and by the peer if there are several.
 */
export async function compare(
  bench: string,
  cases: readonly Case[],
  options: CompareOptions,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (const each of cases)
    rows.push(...(await compareOne(bench, each, options)));
  return rows;
}

async function compareOne(
  bench: string,
  work: Case,
  options: CompareOptions,
): Promise<Row[]> {
  const { rounds, warmUp = 1, progress } = options;
  const contestants: [string | undefined, Measure][] = [
    [undefined, work.ours],
    ...Object.entries(work.peers),
  ];
  const samples = new Map<string | undefined, Sample[]>(
    contestants.map(([name]) => [name, []]),
  );
  for (let round = -warmUp; round < rounds; round++) {
    progress?.(
      `${work.name}: ${round < 0 ? "warm-up" : `round ${round + 1} of ${rounds}`}`,
    );
    const order = round % 2 === 0 ? contestants : [...contestants].reverse();
    for (const [name, measure] of order) {
      const sample = await measure();
      if (round >= 0) samples.get(name)?.push(sample);
    }
  }
  const ours = samples.get(undefined) ?? [];
  const metrics = Object.entries(work.units);
  const peers = Object.keys(work.peers);
  return metrics.flatMap(([metric, unit]) =>
    peers.map((name) => {
      const peer = samples.get(name) ?? [];
      const mine = ours.map((sample) => valueOf(sample, metric));
      const theirs = peer.map((sample) => valueOf(sample, metric));
      return {
        bench,
        case: [
          work.name,
          ...(metrics.length > 1 ? [metric] : []),
          ...(peers.length > 1 ? [`vs ${name}`] : []),
        ].join(", "),
        unit,
        ours: median(mine),
        peer: median(theirs),
        ratio: median(
          mine.map((value, round) => value / (theirs[round] ?? NaN)),
        ),
        rounds,
      };
    }),
  );
}

function valueOf(sample: Sample, metric: string): number {
  const value = sample[metric];
  if (value === undefined)
    throw new Error(`a contestant did not measure "${metric}"`);
  return value;
}

/** The middle value; for an even count, the mean of the two middle values. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error("there is no median of nothing");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1
    ? upper
    : ((sorted[middle - 1] as number) + upper) / 2;
}
