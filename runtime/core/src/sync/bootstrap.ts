/**
 * The first lines of the supervisor. They are handed over as text, so they always run; and so it is known at once where
 * its module is missing, as it may be where the program is bundled, or throws while it is loaded.
 */
import { fatal, stateWord, supervisedWord } from "./protocol.js";

/** The program: imports the module that `workerData` names, and reports where that fails. */
export function bootstrap(): string {
  return `
const { workerData: { supervisorUrl, supervisorPort, control } } = require("node:worker_threads");
import(supervisorUrl).catch(({ name, message, stack, code }) => {
  supervisorPort.postMessage({ kind: "thrown", exception: { name, message, stack, code } });
  const words = new Int32Array(control);
  Atomics.store(words, ${stateWord}, ${fatal});
  Atomics.store(words, ${supervisedWord}, 1);
  Atomics.notify(words, ${supervisedWord});
});`;
}
