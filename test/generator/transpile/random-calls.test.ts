import { expect, it } from "vitest";
import { hasJspi } from "../../support/component/build.js";
import { exercise } from "../../support/component/exercise.js";
import { randomWorld } from "../../support/component/random-world.js";
import { forwardingComponent } from "../../support/component/transpile-forwarding.js";
import { isThorough } from "../../support/thorough.js";

const modes = hasJspi ? (["sync", "jspi"] as const) : (["sync"] as const);
const seeds = Array.from({ length: isThorough ? 60 : 2 }, (_, at) => at + 1);

it.each(seeds)(
  "a component of a random world hands every value on, seed %i",
  async (seed) => {
    const component = await forwardingComponent(randomWorld(seed, 4));
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
