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
 * With `WIT2TS_TESTS=all` (`npm run test:types`), every case is compiled with every compiler in mode `both` for both
 * targets, and in the modes `sync` and `async` with the newest compiler; and all output is checked against Prettier.
 * Otherwise, a sample of the cases is tested, to save time.
 */

const ways: readonly GenerateOptions[] = [
  { mode: "both" },
  { mode: "sync" },
  { mode: "async" },
  { mode: "both", target: "guest" },
  { mode: "sync", target: "guest" },
  { mode: "async", target: "guest" },
];

/** The minimum number of files, which the sample has, too. */
const enough = hasCorpus ? 500 : 100;

/** A named model to generate code from. */
interface Input {
  readonly name: string;
  generate(options: GenerateOptions): Generated;
}

/** All WIT packages bundled with jco, and the cases of the corpus if it is present. */
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

// The corpus is not part of the repository: it is only present in a sibling directory, `../shared/corpus`.
describe(`the corpus (../shared/corpus${hasCorpus ? "" : ", which is missing and skipped"}) and the WIT within jco`, () => {
  const pool = new Pool();
  /** The files for older compilers: mode `both` only. */
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
        // Prettier takes longer than all other checks, so it only sees a part.
        if (hasCorpus && !isThorough && index % 12 > 0) continue;
        for (const { path, text } of files)
          layout.add(`${label} ${path}`, text);
      }
    },
  );

  // The remaining tests spend most of their time in other processes, so they run concurrently.
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
