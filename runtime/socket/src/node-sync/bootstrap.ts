/**
 * Wraps the source text of the worker. The worker is started from a string instead of a file, so that it is available
 * wherever this package is: in a bundle, in an archive, or in a single-file program.
 */
import { Board, Life, REASON_AT, REASON_LENGTH } from "./layout.js";

/**
 * Returns the script of the worker. If the program throws while it starts, the script marks the worker as ended. The
 * script runs as CommonJS, and also as an ES module, which options of Node may make of it.
 *
 * @param program - the source text of the worker, as CommonJS without exports.
 */
export function workerScript(program: string): string {
  return `((require) => {
"use strict";
try {
${program}
} catch (error) {
  const words = new Int32Array(require("node:worker_threads").workerData.board, 0, ${REASON_AT / 4});
  const reason = Buffer.from("the worker could not be loaded: " + error, "latin1").subarray(0, ${REASON_LENGTH});
  new Uint8Array(words.buffer, ${REASON_AT}).set(reason);
  Atomics.store(words, ${Board.ReasonLength}, reason.length);
  Atomics.store(words, ${Board.Life}, ${Life.Ended});
  Atomics.add(words, ${Board.Sequence}, 1);
  Atomics.notify(words, ${Board.Sequence});
}
})(typeof require === "function" ? require : process.getBuiltinModule);
//# sourceURL=@wit2ts/socket/node-sync/worker.js
`;
}
