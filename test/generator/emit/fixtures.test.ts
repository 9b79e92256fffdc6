import { readdirSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { describe, expect, it } from "vitest";
import {
  generate,
  type GenerateOptions,
} from "../../../generator/src/generate.js";
import { compile, compilers } from "../../support/emit/compile.js";
import { fixtureText, resolveText } from "../../support/emit/model.js";

const fixtures = readdirSync(join(import.meta.dirname, "../../fixtures/emit"))
  .filter((name) => name.endsWith(".wit"))
  .map((name) => name.slice(0, -".wit".length));

/** Every way to generate. */
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
    for (const { files } of outputs) {
      for (const { path, text } of files)
        expect(await format(text, { filepath: path }), path).toBe(text);
    }
  });

  it("has paths that differ in more than case", () => {
    for (const { files } of outputs) {
      expect(new Set(files.map(({ path }) => path.toLowerCase())).size).toBe(
        files.length,
      );
    }
  });
});

it.each(compilers)(
  "all fixtures compile with %s under the strictest options",
  { timeout: 60_000 },
  (compiler) => {
    const files = new Map<string, string>();
    for (const fixture of fixtures) {
      const { model, origins } = resolveText(fixtureText(fixture));
      ways.forEach((options, index) => {
        for (const { path, text } of generate(model, options, origins).files) {
          // Ambient modules are global: two programs of one package cannot stand side by side.
          if (
            options.target === "guest" &&
            index !== ways.findIndex(({ target }) => target === "guest")
          )
            continue;
          files.set(`${fixture}/${index}/${path}`, text);
        }
      });
    }
    expect(compile(files, compiler)).toEqual([]);
  },
);
