import { describe, expect, it } from "vitest";
import { fullName, packageOf } from "../../../generator/src/model/queries.js";
import { runCommand } from "../../support/command.js";
import { buildDummy } from "../../support/component/build.js";
import { testDirectory } from "../../support/directory.js";
import { compile } from "../../support/emit/compile.js";
import { randomPackages } from "../../support/emit/random-package.js";
import { isThorough } from "../../support/thorough.js";

const packageCount = 8;
const worldsOfEach = 2;

// Skipped without `WIT2TS_TESTS=all`, because jco takes a second to build and transpile a component.
describe.skipIf(!isThorough)("components of random worlds", () => {
  it("become modules that compile", { timeout: 300_000 }, async () => {
    const sources: [path: string, text: string][] = [];
    let transpiled = 0;
    for (const { seed, text, model } of randomPackages(packageCount)) {
      for (const [index, world] of model.worlds
        .slice(0, worldsOfEach)
        .entries()) {
        const directory = testDirectory();
        const name = fullName(packageOf(model, world.package), world.name);
        const component = directory.at("w.wasm");
        const isBuilt = await buildDummy(text, name, component).then(
          () => true,
          // Skip worlds for which jco cannot build a component, for example because none can exist.
          () => false,
        );
        if (!isBuilt) continue;
        const { exitCode, stderr } = await runCommand(
          ["transpile", "w.wasm", "--language", "typescript"],
          { cwd: directory.path },
        );
        // Skip worlds on which jco 1.34 panics, or whose names it does not support.
        if (stderr.includes("error: jco cannot transpile w.wasm: it "))
          continue;
        expect({ seed, name, exitCode, stderr }).toMatchObject({ exitCode: 0 });
        transpiled++;
        for (const [path, source] of Object.entries(directory.files()))
          if (path.endsWith(".ts"))
            sources.push([`${String(seed)}-${String(index)}/${path}`, source]);
      }
    }
    expect(transpiled).toBeGreaterThan(packageCount);
    expect(await compile(sources)).toEqual([]);
  });
});
