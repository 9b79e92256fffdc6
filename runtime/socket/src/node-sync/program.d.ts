/** The text of the worker, which `scripts/build.mjs` makes of `worker.ts`, for the script of `bootstrap.ts`. */
export const workerProgram: string;
