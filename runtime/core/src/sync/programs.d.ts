/**
 * The bundled source texts of the workers, which `scripts/build.mjs` creates from `bridge-supervisor.ts` and
 * `bridge-worker.ts`. `bootstrap.ts` turns them into scripts.
 */
export const supervisorProgram: string;
export const workerProgram: string;
