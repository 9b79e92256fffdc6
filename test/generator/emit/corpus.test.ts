import { describe, expect, it } from "vitest";
import {
  generate,
  type Generated,
  type GenerateOptions,
} from "../../../generator/src/generate.js";
import { bundledPackages } from "../../support/emit/bundled.js";
import { compile, compilers } from "../../support/emit/compile.js";
import { acceptedCases, hasCorpus } from "../../support/emit/corpus.js";
import { LayoutCheck } from "../../support/emit/layout.js";
import { Pool } from "../../support/emit/pool.js";
import { isThorough } from "../../support/thorough.js";

/**
 * With `WIT2TS_TESTS=all` (`npm run test:types`) every case is compiled with every compiler, in both contracts and for both
 * targets, and each contract alone with the newest; and all of it is formatted. Without it a part stands for the whole,
 * for the sake of time.
 */

const ways: readonly GenerateOptions[] = [
  { mode: "both" },
  { mode: "sync" },
  { mode: "async" },
  { mode: "both", target: "guest" },
  { mode: "sync", target: "guest" },
  { mode: "async", target: "guest" },
];

/** So many files there are at the least, however many ways are tried. */
const enough = hasCorpus ? 500 : 100;

/** What to generate from. */
interface Input {
  readonly name: string;
  generate(options: GenerateOptions): Generated;
}

/** All of the WIT that jco has within it, and what of the corpus there is. */
function inputs(): Input[] {
  const bundled = bundledPackages().map(({ name, resolve }): Input => {
    const { model, origins } = resolve();
    return { name, generate: (options) => generate(model, options, origins) };
  });
  const cases = acceptedCases()
    .filter(
      ({ kind }, index) =>
        isThorough ||
        kind === "reference" ||
        (kind === "probe" ? index % 3 === 0 : index % 12 === 0),
    )
    .map(({ id, model }): Input => {
      const resolved = model();
      return { name: id, generate: (options) => generate(resolved, options) };
    });
  return [...bundled, ...cases];
}

// The corpus lies beside the repository where it is developed; a fresh clone elsewhere has none.
describe(`the corpus (../shared/corpus${hasCorpus ? "" : ", which is missing and skipped"}) and the WIT within jco`, () => {
  const pool = new Pool();
  /** What older compilers get: both contracts, but not each alone once more. */
  const smallPool = new Pool();
  const layout = new LayoutCheck();
  const all = inputs();

  it("has what is to be tested", () => {
    expect(all.length).toBeGreaterThan(
      15 + (hasCorpus ? (isThorough ? 900 : 120) : 0),
    );
  });

  it.each(ways)(
    "is generated in mode $mode for target $target, a part of it again, with the same result",
    { timeout: 300_000 },
    (options) => {
      for (const [index, one] of all.entries()) {
        const { files, diagnostics } = one.generate(options);
        expect(
          diagnostics.filter(({ severity }) => severity === "error"),
          one.name,
        ).toEqual([]);
        const paths = files.map(({ path }) => path);
        expect(
          new Set(paths.map((path) => path.toLowerCase())).size,
          one.name,
        ).toBe(paths.length);
        expect(paths.filter((path) => !isInside(path), one.name)).toEqual([]);
        if (index % 4 === 0)
          expect(one.generate(options).files, one.name).toEqual(files);
        const label = `${one.name} ${JSON.stringify(options)}`;
        pool.add(label, files);
        if (isThorough && options.mode === "both") smallPool.add(label, files);
        // Prettier takes longer than everything else.
        if (hasCorpus && !isThorough && index % 12 > 0) continue;
        for (const { path, text } of files)
          layout.add(`${label} ${path}`, text);
      }
    },
  );

  // From here on most is done by other processes.
  it.concurrent("is what Prettier prints", { timeout: 900_000 }, async () => {
    expect(layout.size).toBeGreaterThan(enough);
    expect(await layout.mistakes()).toEqual([]);
  });

  it.concurrent.each(isThorough ? compilers : (["typescript-7"] as const))(
    "compiles with %s under the strictest options",
    { timeout: 900_000 },
    async (compiler) => {
      const part = compiler === "typescript-7" ? pool : smallPool;
      expect(part.files.size).toBeGreaterThan(enough);
      const errors = await compile(part.files, compiler);
      expect(errors.map((line) => part.explain(line))).toEqual([]);
    },
  );
});

function isInside(path: string): boolean {
  return (
    !path.startsWith("/") &&
    !path.includes("\\") &&
    path.split("/").every((part) => part !== "" && part !== "..")
  );
}
