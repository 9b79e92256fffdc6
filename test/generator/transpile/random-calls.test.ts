import { expect, it } from "vitest";
import { hasJspi } from "../../support/component/build.js";
import { exercise } from "../../support/component/exercise.js";
import { randomWorld } from "../../support/component/random-world.js";
import { forwardingComponent } from "../../support/component/test-component.js";
import { isThorough } from "../../support/thorough.js";

const modes = hasJspi ? (["sync", "jspi"] as const) : (["sync"] as const);

/** The number of worlds, set by `WIT2TS_WORLDS`. Each takes two to five seconds. */
const count = Number(process.env["WIT2TS_WORLDS"] ?? (isThorough ? 4 : 1));
const seeds = Array.from({ length: count }, (_, at) => at + 1);

// `async func` requires an engine with JSPI in both modes.
const kinds = seeds.flatMap((seed) => [
  { seed, mayBeAsync: false, abi: "sync" as const },
  ...(hasJspi
    ? (["sync", "async"] as const).map((abi) => ({
        seed,
        mayBeAsync: true,
        abi,
      }))
    : []),
]);

/**
 * Removes `async` from world-level functions that mention the resource `x3`. If a world imports and exports the
 * interface of a resource, jco 1.34 treats the resources that such a function returns as exported ones if it is lifted
 * asynchronously.
 */
function withoutForeignResources(wit: string): string {
  return wit.replaceAll(/(?<= g\d+: )async (?=func\(.*\bx3\b)/g, "");
}

it.each(kinds)(
  "passes every value through a component of a random world, seed $seed, with async func: $mayBeAsync, lifted: $abi",
  async ({ seed, mayBeAsync, abi }) => {
    const wit = randomWorld(seed, 4, mayBeAsync);
    const component = await forwardingComponent(
      abi === "sync" ? wit : withoutForeignResources(wit),
      abi,
    );
    for (const mode of modes) {
      const { calls, problems } = await exercise(
        await component.transpile(mode),
        seed,
        mode,
      );
      expect({ mode, problems }).toEqual({ mode, problems: [] });
      expect(calls).toBeGreaterThan(100);
    }
  },
);
