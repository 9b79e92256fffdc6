import ts from "typescript";
import { describe, expect, it } from "vitest";
import {
  generate,
  type GenerateOptions,
} from "../../../generator/src/generate.js";
import { eachFunction } from "../../../generator/src/emit/functions.js";
import { compile } from "../../support/emit/compile.js";
import { LayoutCheck } from "../../support/emit/layout.js";
import { Pool } from "../../support/emit/pool.js";
import { randomPackages } from "../../support/emit/random-package.js";
import { isThorough } from "../../support/thorough.js";

/** There are more of them with `WIT2TS_TESTS=all`. */
const packages = [...randomPackages(isThorough ? 80 : 6)];

const ways: readonly GenerateOptions[] = [
  { mode: "both", target: "guest" },
  { mode: "sync", target: "guest", async: ["*#*"] },
  { mode: "async" },
];

/** The JSDoc tags that the generator writes. No others may occur in a comment. */
const tags = new Set([
  "deprecated",
  "packageDocumentation",
  "param",
  "returns",
  "since",
  "throws",
]);

describe("packages of random items with hostile names", () => {
  const pool = new Pool();
  const layout = new LayoutCheck();

  it(
    "are generated with all options, with the same result twice",
    { timeout: 300_000 },
    () => {
      for (const { seed, model, origins } of packages)
        for (const options of ways) {
          const label = `seed ${seed}, ${JSON.stringify(options)}`;
          const { files, diagnostics } = generate(model, options, origins);
          const codes = new Set(diagnostics.map(({ code }) => code));
          codes.delete("ambient-module-clash");
          codes.delete("name-changed");
          // The pattern matches nothing in a package without functions.
          codes.delete("pattern-without-match");
          expect([...codes], label).toEqual([]);
          expect(generate(model, options, origins).files, label).toEqual(files);
          pool.add(label, files);
          for (const { path, text } of files) {
            layout.add(`${label}: ${path}`, text);
            expect(foreignTags(text), `${label}: ${path}`).toEqual([]);
          }
        }
    },
  );

  it("compile under the strictest options", { timeout: 300_000 }, async () => {
    expect(pool.files.size).toBeGreaterThan(packages.length * 10);
    const errors = await compile(pool.files);
    expect(errors.map((line) => pool.explain(line))).toEqual([]);
  });

  it(
    "give code that Prettier leaves unchanged",
    { timeout: 900_000 },
    async () => {
      expect(await layout.mistakes()).toEqual([]);
    },
  );

  it("keep every type and function of the model", () => {
    for (const { seed, model, origins } of packages) {
      const { files } = generate(model, {}, origins);
      const text = files.map((file) => file.text).join("\n");
      const count = (part: string): number => text.split(part).length - 1;
      for (const kind of ["record", "variant", "enum", "flags"]) {
        const declared = model.types.filter(
          (type) => typeof type.kind === "object" && kind in type.kind,
        );
        expect(count(`kind: "${kind}"`), `seed ${seed}, ${kind}`).toBe(
          declared.length,
        );
      }
      let functions = 0;
      eachFunction(model, () => functions++);
      expect(count("parameters: ["), `seed ${seed}`).toBe(functions);
    }
  });
});

/** The JSDoc tags in a file that the generator does not write. */
function foreignTags(text: string): string[] {
  const file = ts.createSourceFile("i.ts", text, ts.ScriptTarget.ES2022, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    for (const { tagName } of ts.getJSDocTags(node))
      if (!tags.has(tagName.text)) found.push(tagName.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
