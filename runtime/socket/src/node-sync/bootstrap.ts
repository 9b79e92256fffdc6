/**
 * What surrounds the text of the worker. It is handed over as a text, and not as a file, so that it is there wherever this package is: in a
 * bundle, in an archive, in a program of one file.
 */
import { Board, Life, REASON_AT, REASON_LENGTH } from "./layout.js";

/**
 * The worker as a script, which ends the life of the backend where it throws while it starts. It runs whether it is taken for CommonJS, or, as
 * options of Node's may have it, for an ES module.
 *
 * @param program - its text, as CommonJS without exports.
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
