/** The texts of the workers, which `scripts/build.mjs` makes of `bridge-supervisor.ts` and `bridge-worker.ts`, for scripts of `bootstrap.ts`. */
export const supervisorProgram: string;
export const workerProgram: string;
