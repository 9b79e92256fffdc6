import { expect, it } from "vitest";
import { hasJspi } from "../../support/component/build.js";
import { exercise } from "../../support/component/exercise.js";
import { randomWorld } from "../../support/component/random-world.js";
import { forwardingComponent } from "../../support/component/transpile-forwarding.js";
import { isThorough } from "../../support/thorough.js";

const modes = hasJspi ? (["sync", "jspi"] as const) : (["sync"] as const);

/** `WIT2TS_WORLDS` says how many; each takes two to five seconds. */
const count = Number(process.env["WIT2TS_WORLDS"] ?? (isThorough ? 8 : 1));
const seeds = Array.from({ length: count }, (_, at) => at + 1);

// An `async func` needs an engine that suspends WebAssembly, whatever the mode.
const kinds = seeds.flatMap((seed) =>
  (hasJspi ? [false, true] : [false]).map((mayBeAsync) => ({
    seed,
    mayBeAsync,
  })),
);

it.each(kinds)(
  "a component of a random world hands every value on, seed $seed, with async func: $mayBeAsync",
  async ({ seed, mayBeAsync }) => {
    const component = await forwardingComponent(
      randomWorld(seed, 4, mayBeAsync),
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
