/** The near end of a socket benchmark, in a process of its own: `near.ts ours|raw WORK PORT` prints one number. */
import { ours } from "./ours.js";
import { raw } from "./raw.js";
import type { Work } from "./work.js";

const [, , contestant, name, port] = process.argv;
const work = contestant === "ours" ? ours : raw;
const result = await work[name as keyof Work](Number(port));
process.stdout.write(`${String(result)}\n`, () => {
  // eslint-disable-next-line no-restricted-properties -- a program of its own, and its connections are still open
  process.exit();
});
