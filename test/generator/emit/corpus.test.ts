import { format } from "prettier";
import { describe, expect, it } from "vitest";
import {
  generate,
  type GenerateOptions,
} from "../../../generator/src/generate.js";
import { compile, compilers } from "../../support/emit/compile.js";
import {
  acceptedCases,
  hasCorpus,
  type AcceptedCase,
} from "../../support/emit/corpus.js";

/**
 * With `WIT2TS_MATRIX=full` (`npm run test:types`) every case, in every mode and for every target, is compiled with every
 * compiler, and what each prints is formatted. Without it a part stands for the whole, for the sake of time.
 */
const isFull = process.env["WIT2TS_MATRIX"] === "full";

const ways: readonly GenerateOptions[] = [
  { mode: "both" },
  { mode: "sync" },
  { mode: "async" },
  { mode: "both", target: "guest" },
  { mode: "sync", target: "guest" },
  { mode: "async", target: "guest" },
];

/** How many cases are compiled in one program. */
const batchSize = isFull ? 150 : 400;

// The corpus lies beside the repository where it is developed; a fresh clone elsewhere has none.
describe.skipIf(!hasCorpus)(
  "the corpus (../shared/corpus; skipped where it is missing)",
  () => {
    const cases = hasCorpus ? acceptedCases() : [];
    const sample = isFull
      ? cases
      : cases.filter(
          ({ kind }, index) =>
            kind === "reference" || kind === "probe" || index % 12 === 0,
        );

    it("has what is to be tested", () => {
      expect(cases.length).toBeGreaterThan(900);
      expect(sample.length).toBeGreaterThan(150);
    });

    it(
      "generates every case, in every mode and for every target",
      { timeout: 600_000 },
      () => {
        for (const one of isFull
          ? cases
          : cases.filter((_, index) => index % 3 === 0)) {
          const model = one.model();
          for (const options of ways) {
            const { files, diagnostics } = generate(model, options);
            expect(
              diagnostics.filter(({ severity }) => severity === "error"),
              one.id,
            ).toEqual([]);
            expect(
              new Set(files.map(({ path }) => path.toLowerCase())).size,
              one.id,
            ).toBe(files.length);
            expect(
              files.every(({ path }) => isInside(path)),
              one.id,
            ).toBe(true);
          }
        }
      },
    );

    it("gives the same bytes again", { timeout: 600_000 }, () => {
      for (const one of sample)
        expect(generate(one.model()).files, one.id).toEqual(
          generate(one.model()).files,
        );
    });

    it("is what Prettier prints", { timeout: 1_800_000 }, async () => {
      const seen = new Set<string>();
      const formatted = isFull
        ? cases
        : cases.filter((_, index) => index % 25 === 0);
      for (const one of formatted) {
        const model = one.model();
        for (const options of isFull ? ways : [{ target: "guest" as const }]) {
          for (const { path, text } of generate(model, options).files) {
            if (seen.has(text)) continue;
            seen.add(text);
            expect(
              await format(text, { filepath: path }),
              `${one.id} ${path}`,
            ).toBe(text);
          }
        }
      }
    });

    describe.each(isFull ? compilers : (["typescript-7"] as const))(
      "with %s",
      (compiler) => {
        const hosts = isFull
          ? ways.filter(({ target }) => target !== "guest")
          : [{ mode: "both" as const }];
        it.each(hosts)(
          "compiles for hosts in mode $mode",
          { timeout: 1_800_000 },
          (options) => {
            for (const batch of batches(sample)) {
              const files = batch.flatMap((one, index) =>
                filesOf(one, options, `${index}/`),
              );
              expect(compile(files, compiler)).toEqual([]);
            }
          },
        );
      },
    );

    // Ambient modules are global, so each case is a program of its own.
    const guests = isFull
      ? cases.filter((_, index) => index % 4 === 0)
      : cases.filter((_, index) => index % 60 === 0);
    it.each(
      isFull
        ? ways.filter(({ target }) => target === "guest")
        : [{ mode: "sync" as const, target: "guest" as const }],
    )(
      "compiles for guests in mode $mode",
      { timeout: 1_800_000 },
      (options) => {
        for (const one of guests)
          expect(
            compile(filesOf(one, options, ""), "typescript-7"),
            one.id,
          ).toEqual([]);
      },
    );
  },
);

function filesOf(
  one: AcceptedCase,
  options: GenerateOptions,
  prefix: string,
): (readonly [string, string])[] {
  return generate(one.model(), options).files.map(
    ({ path, text }) => [prefix + path, text] as const,
  );
}

function* batches(
  cases: readonly AcceptedCase[],
): Generator<readonly AcceptedCase[]> {
  for (let start = 0; start < cases.length; start += batchSize)
    yield cases.slice(start, start + batchSize);
}

function isInside(path: string): boolean {
  return (
    !path.startsWith("/") &&
    !path.includes("\\") &&
    path.split("/").every((part) => part !== "" && part !== "..")
  );
}
