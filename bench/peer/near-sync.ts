/** The near end of a benchmark of blocking sockets: `near-sync.ts copied|borrowed|preview2 WORK PORT` prints one number. */
import { blockingWork, type BlockingWork } from "./blocking.js";
import { oursSync } from "./ours-sync.js";

const [, , contestant = "", name, port] = process.argv;
const work =
  contestant === "preview2"
    ? blockingWork((await import("./preview2.js")).preview2, 1 / 8)
    : blockingWork(oursSync(contestant === "borrowed"), 1 / 2);
const result = work[name as keyof BlockingWork](Number(port));
process.stdout.write(`${String(result)}\n`, () => {
  // eslint-disable-next-line no-restricted-properties -- a program of its own, and its connections are still open
  process.exit();
});
