/** Ends a process whose thread is blocked for good: it runs no timer of its own any more. */
export interface Watchdog {
  /** A test begins; it must end within the time given. */
  begin(title: string): void;
  /** It has ended. */
  end(): void;
  /** Ends the watch, and the worker that keeps it. */
  stop(): Promise<void>;
}

/** Longest title that is told, in bytes. */
const titleBytes = 512;

/**
 * Makes a watchdog for blocking backends. It watches from a worker; when a test takes longer than it may, it says which
 * on the standard error stream and kills the process.
 *
 * @param milliseconds - how long a single test may take.
 * @returns once it watches; what it gives is for the `watchdog` of the suite.
 */
export async function createWatchdog(milliseconds = 30_000): Promise<Watchdog> {
  // Not at the top: the suite itself runs where there is no Node too.
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
      // Odd while a test runs; the worker measures how long one number stands.
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
