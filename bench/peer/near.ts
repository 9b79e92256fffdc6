/** The client of a socket benchmark, in a separate process: `near.ts ours|raw|guest WORK PORT` prints one number. */
import { ours } from "./ours.js";
import { raw } from "./raw.js";
import type { Work } from "./work.js";

const [, , contestant, name, port] = process.argv;
const work: Partial<Work> =
  contestant === "ours"
    ? ours
    : contestant === "guest"
      ? await (await import("./guest.js")).guestWork()
      : raw;
const run = work[name as keyof Work];
if (run === undefined) throw new Error(`it cannot do ${String(name)}`);
const result = await run(Number(port));
process.stdout.write(`${String(result)}\n`, () => {
  // eslint-disable-next-line no-restricted-properties -- a separate program, and its connections are still open
  process.exit();
});
