/**
 * Runs random socket workloads for some minutes, and checks that no data is lost or wrong and no resource is left
 * behind: `npm run soak -- [MINUTES] [SEED]`. The exit code is 1 if a check fails, and 2 if the arguments are invalid.
 */
import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { closeNodePeers } from "@wit2ts/socket/conformance";
import { runRound, workloadNames } from "./workloads.js";

const longest = 240;
/** The number of concurrent rounds. */
const concurrency = 6;
/** How long one round may take, in milliseconds, before it is reported as hanging. */
const patience = 60_000;
/** By how many bytes the heap may have grown at the end, because of what the engine keeps for itself. */
const heapAllowance = 6 * 1_048_576;
/** How long closed resources may take to be released, in milliseconds. */
const timeToRest = 10_000;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** The measurements that are compared before and after the run. */
interface Measure {
  readonly descriptors: number;
  readonly resources: string;
  readonly heap: number;
}

/** Measures what is still open after garbage collection. */
async function measure(): Promise<Measure> {
  await closeNodePeers();
  for (let round = 0; round < 5; round++) {
    await sleep(50);
    collectGarbage();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return {
    descriptors:
      process.platform === "linux" ? readdirSync("/proc/self/fd").length : 0,
    // Timers and similar resources of this program come and go; only network resources and workers must be the same.
    resources: process
      .getActiveResourcesInfo()
      .filter((name) =>
        /TCP|UDP|Pipe|Worker|MessagePort|GetAddrInfo/.test(name),
      )
      .sort()
      .join(" "),
    heap: heapUsed + arrayBuffers,
  };
}

/**
 * Measures until everything is as before, or the time is over: on a busy machine, closed resources are released late.
 */
async function measureAtRest(before: Measure): Promise<Measure> {
  const deadline = performance.now() + timeToRest;
  for (;;) {
    const now = await measure();
    if (complaintsOf(before, now).length === 0 || performance.now() > deadline)
      return now;
  }
}

/** The differences that indicate a leak. */
function complaintsOf(before: Measure, after: Measure): string[] {
  const complaints: string[] = [];
  if (after.descriptors > before.descriptors)
    complaints.push("file descriptors were left open");
  if (after.resources !== before.resources) {
    complaints.push(
      `left open: ${after.resources || "nothing"} (before: ${before.resources || "nothing"})`,
    );
  }
  if (after.heap > before.heap + heapAllowance)
    complaints.push("the heap has grown");
  return complaints;
}

/** Random integers by `xorshift32`, so that a run can be repeated with its seed. */
function createInteger(seed: number): (least: number, most: number) => number {
  let state = seed | 0 || 1;
  return (least, most) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return least + ((state >>> 0) % (most - least + 1));
  };
}

async function withinPatience<T>(name: string, work: Promise<T>): Promise<T> {
  const hang = new AbortController();
  try {
    return await Promise.race([
      work,
      sleep(patience, undefined, { signal: hang.signal }).then(() => {
        throw new Error(
          `a round of ${name} hangs: it is not done after ${String(patience)} ms`,
        );
      }),
    ]);
  } finally {
    hang.abort();
  }
}

async function soak(minutes: number, seed: number): Promise<boolean> {
  const integer = createInteger(seed);
  const tally = new Map(
    workloadNames.map((name) => [name, { rounds: 0, bytes: 0 }]),
  );
  const round = async (name: string): Promise<void> => {
    const bytes = await withinPatience(name, runRound(name, integer));
    const counted = tally.get(name);
    if (counted === undefined) return;
    counted.rounds++;
    counted.bytes += bytes;
  };

  // Run every workload twice first, so that code loaded and compiled on first use is not mistaken for a leak.
  for (let pass = 0; pass < 2; pass++)
    await Promise.all(workloadNames.map(round));
  const before = await measure();
  for (const counted of tally.values()) {
    counted.rounds = 0;
    counted.bytes = 0;
  }

  const begin = performance.now();
  const end = begin + minutes * 60_000;
  const churn = async (): Promise<void> => {
    while (performance.now() < end) {
      await round(
        workloadNames[integer(0, workloadNames.length - 1)] ?? "send",
      );
    }
  };
  await Promise.all(Array.from({ length: concurrency }, churn));
  const seconds = (performance.now() - begin) / 1000;
  const after = await measureAtRest(before);

  for (const [name, { rounds, bytes }] of tally) {
    console.log(
      `${name.padEnd(10)} ${String(rounds).padStart(8)} rounds ${(bytes / 1e6).toFixed(1).padStart(10)} MB`,
    );
  }
  const heap = (bytes: number): string =>
    `${(bytes / 1_048_576).toFixed(1)} MiB`;
  console.log(`${seconds.toFixed(0)} s, seed ${String(seed)}`);
  console.log(
    `descriptors ${String(before.descriptors)} -> ${String(after.descriptors)}`,
  );
  console.log(`heap        ${heap(before.heap)} -> ${heap(after.heap)}`);

  const complaints = complaintsOf(before, after);
  for (const complaint of complaints) console.error(`soak: ${complaint}`);
  return complaints.length === 0;
}

const [
  minutesText = "0.5",
  seedText = String(Date.now() % 1_000_000),
  ...rest
] = process.argv.slice(2);
const minutes = Number(minutesText);
const seed = Number(seedText);
if (
  !(minutes > 0 && minutes <= longest) ||
  !Number.isInteger(seed) ||
  rest.length > 0
) {
  console.error(
    `usage: npm run soak -- [MINUTES] [SEED], with minutes above 0 and up to ${String(longest)}`,
  );
  process.exitCode = 2;
} else {
  try {
    process.exitCode = (await soak(minutes, seed)) ? 0 : 1;
  } catch (error) {
    console.error(
      `soak: ${error instanceof Error ? (error.stack ?? error.message) : String(error)} (seed ${String(seed)})`,
    );
    // Resources that the failed round has left open would keep the process alive.
    // eslint-disable-next-line no-restricted-properties -- a stand-alone script, which nothing else would end
    process.exit(1);
  }
}
