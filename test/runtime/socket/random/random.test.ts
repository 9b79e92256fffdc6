/**
 * Random scripts: every backend must return what a small model of the contract predicts, so all backends behave alike.
 * `WIT2TS_SCRIPTS` sets the number of scripts for each backend, `WIT2TS_SEED` the seed, and `WIT2TS_BACKEND` the only
 * backend to run.
 */
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { descriptors } from "../node/support.js";
import {
  memory,
  memoryBlocking,
  memoryTight,
  node,
  nodeSync,
  nodeTight,
  wasi,
  wasiDifficult,
  type Backend,
} from "./backends.js";
import { scripts } from "./commands.js";
import { play } from "./play.js";
import { setTimeout as sleep } from "node:timers/promises";

const asked = process.env["WIT2TS_SCRIPTS"];
const seed = Number(process.env["WIT2TS_SEED"] ?? 1);
const only = process.env["WIT2TS_BACKEND"];
const blocking = nodeSync(false);
const blockingTight = nodeSync(true);

afterAll(() => {
  blocking[Symbol.dispose]();
  blockingTight[Symbol.dispose]();
});

const backends: readonly (readonly [Backend, number])[] = [
  [memory, 100],
  [memoryBlocking, 100],
  [memoryTight, 100],
  [node, 50],
  [nodeTight, 30],
  [blocking, 30],
  [blockingTight, 30],
  [await wasi(), 15],
  [wasiDifficult, 60],
];

describe.each(backends)("random scripts, $name", (backend, usual) => {
  it.runIf(only === undefined || only === backend.name)(
    "return what the model predicts, and leak nothing",
    async () => {
      // Warm up: workers and similar resources persist once they have been needed.
      for (const script of fc.sample(scripts(60), { seed, numRuns: 5 }))
        await play(backend, script);
      const before = descriptors();
      await fc.assert(
        fc.asyncProperty(scripts(60), (script) => play(backend, script)),
        { seed, numRuns: asked === undefined ? usual : Number(asked) },
      );
      for (let round = 0; round < 200 && descriptors() > before; round++)
        await sleep(10);
      expect(descriptors()).toBeLessThanOrEqual(before);
    },
    asked === undefined ? 60_000 : 3_600_000,
  );
});
