import { expect, it } from "vitest";
import { preloadedModules } from "../../../../runtime/core/src/sync/preloaded-modules.js";

it("importedFirst finds the modules to preload, first those of the environment, then those of the command line", () => {
  expect(
    preloadedModules(
      ["--import", "./a.mjs", "--no-warnings", "--import=b", "--import"],
      String.raw`--import c  --import="./with space \"q\".mjs" --require d "--import=e"`,
    ),
  ).toEqual(["c", './with space "q".mjs', "e", "./a.mjs", "b"]);
  expect(preloadedModules([])).toEqual([]);
});
