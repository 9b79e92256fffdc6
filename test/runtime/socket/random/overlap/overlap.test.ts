/**
 * Overlapping calls, on a memory network with faults and on Node's sockets: each returns in time, with a result that
 * the contract allows; bytes and datagrams arrive as they were sent; nothing is left behind. `WIT2TS_SCRIPTS` sets the
 * number of scripts, `WIT2TS_SEED` the seed, and `WIT2TS_BACKEND` the only backend to run.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { overlappingScripts } from "./commands.js";
import { playOverlapping } from "./play.js";
import { memoryWorld, nodeWorld } from "./world.js";

const asked = process.env["WIT2TS_SCRIPTS"];
const seed = Number(process.env["WIT2TS_SEED"] ?? 1);
const only = process.env["WIT2TS_BACKEND"];
const patience = asked === undefined ? 60_000 : 3_600_000;

function runs(backend: string, usual: number): number {
  if (only !== undefined && only !== backend) return 0;
  return asked === undefined ? usual : Number(asked);
}

describe("calls that overlap", () => {
  it(
    "return only what the contract allows on a memory network with faults",
    async () => {
      const numRuns = runs("memory", 300);
      if (numRuns === 0) return;
      await fc.assert(
        fc.asyncProperty(overlappingScripts(80), async (script) => {
          await playOverlapping(memoryWorld, script);
        }),
        { seed, numRuns },
      );
    },
    patience,
  );

  it(
    "produce the same trace on a memory network with the same seed",
    async () => {
      const numRuns = runs("memory", 60);
      if (numRuns === 0) return;
      await fc.assert(
        fc.asyncProperty(overlappingScripts(80), async (script) => {
          const once = await playOverlapping(memoryWorld, script);
          const again = await playOverlapping(memoryWorld, script);
          expect(again).toEqual(once);
        }),
        { seed: seed + 1, numRuns: Math.ceil(numRuns / 5) },
      );
    },
    patience,
  );

  it(
    "return only what the contract allows on Node",
    async () => {
      const numRuns = runs("node", 12);
      if (numRuns === 0) return;
      await fc.assert(
        fc.asyncProperty(overlappingScripts(60), async (script) => {
          await playOverlapping(nodeWorld, script);
        }),
        { seed, numRuns },
      );
    },
    patience,
  );
});
