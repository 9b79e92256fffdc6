import { expect, it } from "vitest";
import { hasJspi } from "../../support/component/build.js";
import { exercise } from "../../support/component/exercise.js";
import { randomWorld } from "../../support/component/random-world.js";
import { forwardingComponent } from "../../support/component/test-component.js";
import { isThorough } from "../../support/thorough.js";

const modes = hasJspi ? (["sync", "jspi"] as const) : (["sync"] as const);

/** `WIT2TS_WORLDS` says how many; each takes two to five seconds. */
const count = Number(process.env["WIT2TS_WORLDS"] ?? (isThorough ? 4 : 1));
const seeds = Array.from({ length: count }, (_, at) => at + 1);

// An `async func` needs an engine that suspends WebAssembly, whatever the mode.
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
 * Where a world imports and exports the interface of a resource, jco 1.34 takes those that a function of the world's own, lifted
 * asynchronously, returns for the exported ones: such a function is none that waits.
 */
function withoutForeignResources(wit: string): string {
  return wit.replaceAll(/(?<= g\d+: )async (?=func\(.*\bx3\b)/g, "");
}

it.each(kinds)(
  "a component of a random world hands every value on, seed $seed, with async func: $mayBeAsync, lifted: $abi",
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
