import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { runCommand } from "../command.js";
import { resolveText } from "../emit/model.js";
import { buildComponent, type Mode } from "./build.js";
import { loadTranspiled, type Transpiled } from "./exercise.js";
import { forwardingWorld, type AsyncAbi } from "./forwarding-world.js";

/** A component that hands on to its imports what its exports are called with. */
export interface ForwardingComponent {
  /** The directory it is in, and what is made of it. */
  readonly path: string;
  /** What `wit2ts transpile` makes of it, loaded. */
  transpile(mode: Mode): Promise<Transpiled>;
}

/**
 * Builds a component of a world that forwards, for the time of the test.
 *
 * @param wit - text whose first package has the world, called `w`.
 * @param abi - how its `async func`s are lifted and lowered.
 */
export async function forwardingComponent(
  wit: string,
  abi: AsyncAbi = "sync",
): Promise<ForwardingComponent> {
  const { model } = resolveText(wit);
  const world = model.worlds.find(({ name }) => name === "w");
  if (world === undefined) throw new Error("there is no world w");
  // Inside of the repository, where what is transpiled finds the packages.
  const cache = join(import.meta.dirname, "../../../.cache");
  mkdirSync(cache, { recursive: true });
  const cwd = mkdtempSync(join(cache, "forwarding-"));
  onTestFinished(() => {
    rmSync(cwd, { recursive: true, force: true });
  });
  await buildComponent(
    { wit, world: "w", wat: forwardingWorld(model, world, abi) },
    join(cwd, "w.wasm"),
  );
  return {
    path: cwd,
    transpile: async (mode) => {
      const result = await runCommand(
        ["transpile", "w.wasm", "--async-mode", mode, "--out", mode],
        { cwd },
      );
      if (result.exitCode !== 0) throw new Error(result.stderr);
      return loadTranspiled(join(cwd, mode));
    },
  };
}
