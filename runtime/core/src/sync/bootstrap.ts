/**
 * Turns the bundled programs of the workers into scripts. Workers are started from source text instead of files, so
 * that they are available wherever this package is loaded from: a bundle, an archive, or a single-file executable.
 */
import { fatal, stateWord, supervisedWord } from "./protocol.js";

/**
 * Returns the script of the supervisor. It reports any exception thrown while the supervisor starts.
 *
 * @param program - the source text, as CommonJS without exports.
 */
export function supervisorScript(program: string): string {
  return script(
    "bridge-supervisor.js",
    `try {
${program}
} catch ({ name, message, stack, code }) {
  const { supervisorPort, control } = require("node:worker_threads").workerData;
  supervisorPort.postMessage({ kind: "thrown", exception: { name, message, stack, code } });
  const words = new Int32Array(control);
  Atomics.store(words, ${stateWord}, ${fatal});
  Atomics.store(words, ${supervisedWord}, 1);
  Atomics.notify(words, ${supervisedWord});
}`,
  );
}

/**
 * Returns the script of the worker. If it fails to start, the supervisor reports that.
 *
 * @param program - the source text, as CommonJS without exports.
 */
export function workerScript(program: string): string {
  return script("bridge-worker.js", program);
}

/** Returns a script that runs as CommonJS and also as an ES module, which some Node options make of it. */
function script(name: string, program: string): string {
  return `((require) => {
"use strict";
${program}
})(typeof require === "function" ? require : process.getBuiltinModule);
//# sourceURL=@wit2ts/runtime/sync/${name}
`;
}
