import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll } from "vitest";

/**
 * Fails a test file that leaves something behind which keeps the process alive: a socket, a server, a timer, a worker, a
 * watcher, a child process. What is there when the file starts belongs to the runner and is not counted, nor is what was
 * told by `unref` not to keep the process alive.
 */

/** Time given to what was closed a moment ago to go away, in milliseconds. */
const GRACE = 2_000;

/** What the runner itself makes and drops while tests run. Timers and workers are watched below, by their makers. */
const NOT_COUNTED = new Set([
  "FSReqCallback",
  "FSReqPromise",
  "CloseReq",
  "Immediate",
  "TickObject",
  "PipeWrap",
  "Timeout",
]);

interface Watched {
  readonly openTimers: Set<NodeJS.Timeout>;
  readonly openWorkers: Set<Worker>;
  readonly unrefWorkers: WeakSet<Worker>;
}

/** Where test files share a process, this module runs once for each, and what it puts in place is to be there once. */
const shared = globalThis as { watchedByTests?: Watched };
const { openTimers, openWorkers, unrefWorkers } = (shared.watchedByTests ??=
  watch());
let before: ReadonlyMap<string, number>;

beforeAll(() => {
  before = count();
  openTimers.clear();
});

// Hooks after a file run last to first, so this one, registered before those of the file, runs behind all of them.
afterAll(async () => {
  await sleep(1); // A worker made in the last step is announced a tick later.
  const deadline = performance.now() + GRACE;
  let left = leftBehind();
  while (left.length > 0 && performance.now() < deadline) {
    await sleep(20);
    left = leftBehind();
  }
  if (left.length > 0)
    throw new Error(`this test file left open: ${left.join(", ")}`);
});

function watch(): Watched {
  const openTimers = new Set<NodeJS.Timeout>();
  watchTimers(openTimers);
  const openWorkers = new Set<Worker>();
  const unrefWorkers = new WeakSet<Worker>();
  process.on("worker", (worker) => {
    openWorkers.add(worker);
    worker.once("exit", () => openWorkers.delete(worker));
  });
  // For all workers: one may be told not to keep the process alive before anybody is told of the worker.
  const { ref, unref } = Worker.prototype;
  Worker.prototype.ref = function (): void {
    unrefWorkers.delete(this);
    ref.call(this);
  };
  Worker.prototype.unref = function (): void {
    unrefWorkers.add(this);
    unref.call(this);
  };
  return { openTimers, openWorkers, unrefWorkers };
}

/** The runner has kept the functions it uses itself, so only timers of tests and of what they test are seen. */
function watchTimers(openTimers: Set<NodeJS.Timeout>): void {
  const { setTimeout: timeout, setInterval: interval } = globalThis;
  const watched = <F extends typeof timeout | typeof interval>(
    original: F,
  ): F =>
    new Proxy(original, {
      apply(target, self, args) {
        const timer = Reflect.apply(target, self, args) as NodeJS.Timeout;
        openTimers.add(timer);
        return timer;
      },
    });
  timers.setTimeout = globalThis.setTimeout = watched(timeout);
  timers.setInterval = globalThis.setInterval = watched(interval);
  syncBuiltinESMExports();
}

function count(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const type of process.getActiveResourcesInfo()) {
    if (!NOT_COUNTED.has(type)) counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return counts;
}

function leftBehind(): string[] {
  for (const timer of openTimers) {
    if ((timer as { _destroyed?: boolean })._destroyed === true)
      openTimers.delete(timer);
  }
  const left = [...count()].map(([type, number]) => ({
    type,
    more: number - (before.get(type) ?? 0),
  }));
  left.push({
    type: "timer",
    more: [...openTimers].filter((timer) => timer.hasRef()).length,
  });
  left.push({
    type: "worker",
    more: [...openWorkers].filter((worker) => !unrefWorkers.has(worker)).length,
  });
  return left
    .filter(({ more }) => more > 0)
    .map(({ type, more }) => `${more} ${type}`);
}
