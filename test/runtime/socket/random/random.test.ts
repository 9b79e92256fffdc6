/**
 * Scripts that nobody thought of: every backend answers each call as the model says, which is the contract in small, and so all answer
 * alike. `WIT2TS_SCRIPTS` says how many scripts for each backend, and `WIT2TS_SEED` where to begin.
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
    "answer as the model says, and leave nothing behind",
    async () => {
      // Workers and the like are there for good once they have been needed.
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
