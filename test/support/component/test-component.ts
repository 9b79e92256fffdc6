import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { runCommand } from "../command.js";
import { resolveText } from "../emit/model.js";
import { buildComponent, type ComponentSource, type Mode } from "./build.js";
import { loadTranspiled, type Transpiled } from "./exercise.js";
import { forwardingWorld, type AsyncAbi } from "./forwarding-world.js";

/** A component that exists until the end of a test. */
export interface TestComponent {
  /** The directory of the component and of its transpiled output. */
  readonly path: string;
  /** Transpiles it with `wit2ts transpile`, and loads the result. */
  transpile(mode: Mode): Promise<Transpiled>;
}

/** Builds a component that is removed after the test. */
export async function testComponent(
  source: ComponentSource,
): Promise<TestComponent> {
  // Inside the repository, so that the transpiled modules can resolve the packages.
  const cache = join(import.meta.dirname, "../../../.cache");
  mkdirSync(cache, { recursive: true });
  const path = mkdtempSync(join(cache, "component-"));
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  });
  await buildComponent(source, join(path, "w.wasm"));
  return {
    path,
    transpile: async (mode) => {
      const result = await runCommand(
        ["transpile", "w.wasm", "--async-mode", mode, "--out", mode],
        { cwd: path },
      );
      if (result.exitCode !== 0) throw new Error(result.stderr);
      return loadTranspiled(join(path, mode));
    },
  };
}

/**
 * Builds a component that forwards the calls of its exports to its imports. It is removed after the test.
 *
 * @param wit - a text whose first package contains the world, called `w`.
 * @param abi - how its `async func`s are lifted and lowered.
 */
export function forwardingComponent(
  wit: string,
  abi: AsyncAbi = "sync",
): Promise<TestComponent> {
  const { model } = resolveText(wit);
  const world = model.worlds.find(({ name }) => name === "w");
  if (world === undefined) throw new Error("there is no world w");
  return testComponent({
    wit,
    world: "w",
    wat: forwardingWorld(model, world, abi),
  });
}
