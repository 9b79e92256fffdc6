import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  generate,
  type GenerateOptions,
} from "../../../generator/src/generate.js";
import { compile, compilers } from "../../support/emit/compile.js";
import { LayoutCheck } from "../../support/emit/layout.js";
import { fixtureText, resolveText } from "../../support/emit/model.js";
import { Pool } from "../../support/emit/pool.js";
import { isThorough } from "../../support/thorough.js";

const fixtures = readdirSync(join(import.meta.dirname, "../../fixtures/emit"))
  .filter((name) => name.endsWith(".wit"))
  .map((name) => name.slice(0, -".wit".length));

/** The combinations of options to test. */
const ways: readonly GenerateOptions[] = [
  { mode: "both" },
  { mode: "sync" },
  { mode: "async" },
  { mode: "sync", async: ["*#*"] },
  { mode: "both", target: "guest" },
  { mode: "sync", target: "guest" },
  { mode: "async", target: "guest" },
];

describe.each(fixtures)("the fixture %s", (fixture) => {
  const { model, origins } = resolveText(fixtureText(fixture));
  const outputs = ways.map((options) => generate(model, options, origins));

  it("generates in every mode and for every target", () => {
    for (const { files, diagnostics } of outputs) {
      expect(
        diagnostics.filter(({ severity }) => severity === "error"),
      ).toEqual([]);
      expect(files.length).toBeGreaterThan(1);
    }
  });

  it("gives the same bytes again", () => {
    const again = resolveText(fixtureText(fixture));
    ways.forEach((options, index) => {
      expect(generate(again.model, options, again.origins).files).toEqual(
        outputs[index]?.files,
      );
    });
  });

  it("is what Prettier prints", async () => {
    const layout = new LayoutCheck();
    for (const { files } of outputs)
      for (const { path, text } of files) layout.add(path, text);
    expect(layout.size).toBeGreaterThan(5);
    expect(await layout.mistakes()).toEqual([]);
  });

  it("has paths that differ in more than case", () => {
    for (const { files } of outputs) {
      expect(new Set(files.map(({ path }) => path.toLowerCase())).size).toBe(
        files.length,
      );
    }
  });
});

// Without `WIT2TS_TESTS=all`, only the oldest and the newest compiler are used.
it.each(
  compilers.filter(
    (compiler, index) =>
      isThorough || index === 0 || compiler === "typescript-7",
  ),
)(
  "all fixtures compile with %s under the strictest options",
  { timeout: 60_000 },
  async (compiler) => {
    const pool = new Pool();
    for (const fixture of fixtures) {
      const { model, origins } = resolveText(fixtureText(fixture));
      for (const options of ways) {
        const isNewest = compiler === "typescript-7";
        if (!isThorough && !isNewest && options.mode !== "both") continue;
        const label = `${fixture} ${JSON.stringify(options)}`;
        pool.add(label, generate(model, options, origins).files);
      }
    }
    const errors = await compile(pool.files, compiler);
    expect(errors.map((line) => pool.explain(line))).toEqual([]);
  },
);

it(
  "all fixtures compile where files import each other as TypeScript",
  { timeout: 60_000 },
  async () => {
    const files = fixtures.flatMap((fixture) => {
      const { model, origins } = resolveText(fixtureText(fixture));
      const options: GenerateOptions = { importExtension: "ts" };
      return generate(model, options, origins).files.map(
        ({ path, text }) => [`${fixture}/${path}`, text] as const,
      );
    });
    const options = { allowImportingTsExtensions: true };
    expect(await compile(files, "typescript-7", options)).toEqual([]);
  },
);
