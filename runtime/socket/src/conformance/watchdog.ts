/** Kills a process whose thread is blocked forever and therefore cannot run a timer of its own. */
export interface Watchdog {
  /** Marks the start of a test, which must end within the time limit. */
  begin(title: string): void;
  /** Marks the end of the test. */
  end(): void;
  /** Ends the watchdog and its worker thread. */
  stop(): Promise<void>;
}

/** The maximum length of a reported title, in bytes. */
const titleBytes = 512;

/**
 * Creates a watchdog for tests of blocking backends. It watches from a worker thread. If a test takes longer than
 * allowed, it writes the title of the test to standard error and kills the process.
 *
 * @param milliseconds - how long a single test may take. Default: 30,000.
 * @returns a promise of the watchdog, to be passed to the suite as `watchdog`.
 */
export async function createWatchdog(milliseconds = 30_000): Promise<Watchdog> {
  // Imported dynamically, because the suite itself also runs in environments without Node.
  const { Worker } = await import("node:worker_threads");
  const memory = new SharedArrayBuffer(8 + titleBytes);
  const begun = new Int32Array(memory, 0, 2);
  const title = new Uint8Array(memory, 8);
  const worker = new Worker(new URL("./watchdog-worker.js", import.meta.url), {
    workerData: { memory, milliseconds },
  });
  worker.unref();
  return {
    begin: (text) => {
      title.fill(0).set(new TextEncoder().encode(text).subarray(0, titleBytes));
      // The counter is odd while a test runs. The worker measures how long it stays unchanged.
      Atomics.add(begun, 0, 1);
      Atomics.notify(begun, 0);
    },
    end: () => {
      Atomics.add(begun, 0, 1);
      Atomics.notify(begun, 0);
    },
    stop: async () => {
      await worker.terminate();
    },
  };
}
