/**
 * The first lines of the worker. They are handed over as text, so they always run; and so it is known at once where the
 * module of the worker is missing, is no JavaScript, or throws while it is loaded.
 */
import { Board, Life, REASON_AT, REASON_LENGTH } from "./layout.js";

/** The program: imports the module that `workerData` names, and ends the life of the backend where that fails. */
export function bootstrap(): string {
  return `
const { workerData: { module: url, board } } = require("node:worker_threads");
import(url).catch((error) => {
  const words = new Int32Array(board, 0, ${REASON_AT / 4});
  const reason = Buffer.from("the worker could not be loaded: " + error, "latin1").subarray(0, ${REASON_LENGTH});
  new Uint8Array(board, ${REASON_AT}).set(reason);
  Atomics.store(words, ${Board.ReasonLength}, reason.length);
  Atomics.store(words, ${Board.Life}, ${Life.Ended});
  Atomics.add(words, ${Board.Sequence}, 1);
  Atomics.notify(words, ${Board.Sequence});
});`;
}
