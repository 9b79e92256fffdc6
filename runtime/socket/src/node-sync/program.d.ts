/** Source text of the worker: `scripts/build.mjs` bundles `worker.ts` into it, and `bootstrap.ts` wraps it. */
export const workerProgram: string;
