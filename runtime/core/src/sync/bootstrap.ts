/**
 * What surrounds the texts of the workers. They are handed over as texts, and not as files, so that they are there wherever this package is:
 * in a bundle, in an archive, in a program of one file.
 */
import { fatal, stateWord, supervisedWord } from "./protocol.js";

/**
 * The supervisor as a script, which reports whatever it throws while it starts.
 *
 * @param program - its text, as CommonJS without exports.
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
 * The worker as a script; its supervisor sees it fail.
 *
 * @param program - its text, as CommonJS without exports.
 */
export function workerScript(program: string): string {
  return script("bridge-worker.js", program);
}

/** A script that runs whether it is taken for CommonJS, or, as options of Node's may have it, for an ES module. */
function script(name: string, program: string): string {
  return `((require) => {
"use strict";
${program}
})(typeof require === "function" ? require : process.getBuiltinModule);
//# sourceURL=@wit2ts/runtime/sync/${name}
`;
}
