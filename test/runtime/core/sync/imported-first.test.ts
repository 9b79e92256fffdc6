import { expect, it } from "vitest";
import { importedFirst } from "../../../../runtime/core/src/sync/imported-first.js";

it("importedFirst finds the modules to preload, first those of the environment, then those of the command line", () => {
  expect(
    importedFirst(
      ["--import", "./a.mjs", "--no-warnings", "--import=b", "--import"],
      String.raw`--import c  --import="./with space \"q\".mjs" --require d "--import=e"`,
    ),
  ).toEqual(["c", './with space "q".mjs', "e", "./a.mjs", "b"]);
  expect(importedFirst([])).toEqual([]);
});
