/**
 * Churns sockets for some minutes and demands that nothing is lost, wrong, or left behind: `npm run soak -- MINUTES [SEED]`.
 * Ends with exit code 1 if something is, and 2 if it was asked for nonsense.
 */
import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { closeNodePeers } from "@wit2ts/socket/conformance";
import { runRound, workloadNames } from "./workloads.js";

const longest = 240;
/** Rounds under way at a time. */
const concurrency = 6;
/** The longest that one round may take, in milliseconds; then it hangs. */
const patience = 60_000;
/** What the heap may have grown by at the end: what the engine keeps for itself, in bytes. */
const heapAllowance = 6 * 1_048_576;
/** How long what is closed may take to go, in milliseconds. */
const timeToRest = 10_000;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** What must be the same in the end as it was in the beginning. */
interface Measure {
  readonly descriptors: number;
  readonly resources: string;
  readonly heap: number;
}

/** Counts what is open once all that can go has gone. */
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
    // Timers and the like of this very program come and go; what has to do with networks must not.
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

/** Measures again until all is as it was, or it is clear that something stays: what is closed may take a while to go on a busy machine. */
async function measureAtRest(before: Measure): Promise<Measure> {
  const deadline = performance.now() + timeToRest;
  for (;;) {
    const now = await measure();
    if (complaintsOf(before, now).length === 0 || performance.now() > deadline)
      return now;
  }
}

/** What is not as it was. */
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

/** `xorshift32`: the run can be had again with its seed. */
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

  // Once through everything first, so that what is loaded and compiled on first use is not taken for a leak.
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
    // What the broken round has left open would keep the process alive.
    // eslint-disable-next-line no-restricted-properties -- a script of its own, and nothing else would end it
    process.exit(1);
  }
}
