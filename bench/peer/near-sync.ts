/** The client of a blocking socket benchmark: `near-sync.ts copied|borrowed|PACKAGE WORK PORT` prints one number. */
import { blockingWork, type BlockingWork } from "./blocking.js";
import { oursSync } from "./ours-sync.js";
import { preview2 } from "./preview2.js";

const [, , contestant = "", name, port] = process.argv;
const work =
  contestant === "copied" || contestant === "borrowed"
    ? blockingWork(oursSync(contestant === "borrowed"), 1)
    : blockingWork(await preview2(contestant), 1 / 8);
const result = work[name as keyof BlockingWork](Number(port));
process.stdout.write(`${String(result)}\n`, () => {
  // eslint-disable-next-line no-restricted-properties -- a separate program, and its connections are still open
  process.exit();
});
