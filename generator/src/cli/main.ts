import { processIo } from "./io.js";
import { run } from "./run.js";

/**
 * Reports that Node ends the process before the command has finished. That is the case if a configuration or a plugin
 * waits for a promise that nothing will settle.
 */
const unfinished = (exitCode: number): void => {
  if (exitCode !== 0) return;
  process.exitCode = 1;
  process.stderr.write(
    "error: the command could not finish: it waits for a promise of a configuration or a plugin that is never settled\n",
  );
};

process.once("exit", unfinished);
void run(process.argv.slice(2), processIo()).then((exitCode) => {
  process.off("exit", unfinished);
  process.exitCode = exitCode;
});
