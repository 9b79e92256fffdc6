import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll } from "vitest";

/**
 * Fails a test file that leaves a resource open which keeps the process alive: a socket, a server, a timer, a worker, a
 * watcher or a child process. Resources that exist when the file starts belong to the runner, and are not counted.
 * Neither are unref'd ones.
 */

/** How long to wait for resources that were just closed to disappear, in milliseconds. */
const GRACE = 2_000;

/**
 * Resources that the runner itself creates and releases while tests run. Timers and workers are tracked separately,
 * where they are created.
 */
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

/** If test files share a process, this module runs once for each of them, but its patches must only be installed once. */
const shared = globalThis as { watchedByTests?: Watched };
const { openTimers, openWorkers, unrefWorkers } = (shared.watchedByTests ??=
  watch());
let before: ReadonlyMap<string, number>;

beforeAll(() => {
  before = count();
  openTimers.clear();
});

// `afterAll` hooks run in reverse order of registration. This one is registered before those of the file, so it runs
// after them.
afterAll(async () => {
  await sleep(1); // The "worker" event of a new worker is emitted one tick later.
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
  // Patch the prototype, because `unref` may be called on a worker before its "worker" event.
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

/**
 * Tracks the timers of tests and of the tested code. The runner's own are not seen, because it holds references to the
 * original functions.
 */
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
