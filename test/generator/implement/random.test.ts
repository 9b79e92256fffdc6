import { describe, expect, it } from "vitest";
import { generate } from "../../../generator/src/generate.js";
import {
  writeSkeleton,
  type SkeletonOptions,
} from "../../../generator/src/implement/skeleton.js";
import { compile } from "../../support/emit/compile.js";
import { Pool } from "../../support/emit/pool.js";
import { randomPackages } from "../../support/emit/random-package.js";
import { damage, holds } from "../../support/implement/damage.js";
import { Random } from "../../support/random.js";
import { isThorough } from "../../support/thorough.js";

/** There are more of them with `WIT2TS_TESTS=all`. */
const packages = [...randomPackages(isThorough ? 60 : 2)];
const name = "Mine$Own";

/** The names of the contracts of a generated module's interface. */
function contractsOf(text: string): string[] {
  const contracts = /InterfaceDescriptor<\{([^}]*)\}>/.exec(text)?.[1] ?? "";
  return [...contracts.matchAll(/(?:sync|async): ([\w$]+)/g)].map(
    ([, contract = ""]) => contract,
  );
}

describe("modified implementations of random interfaces", () => {
  const pool = new Pool();

  it(
    "are completed without losing code, and are complete after that",
    { timeout: 600_000 },
    () => {
      for (const { seed, model, origins } of packages) {
        const random = new Random(seed);
        const { files } = generate(model, {}, origins);
        const implementations: { path: string; text: string }[] = [];
        for (const { path, text } of files)
          for (const contract of contractsOf(text)) {
            const style = random.pick(["class", "object"] as const);
            const target = path.replace(/\.ts$/, `.${contract}.${style}.ts`);
            const label = `seed ${seed}, ${target}`;
            const complete = (present?: string): string => {
              const options: SkeletonOptions = {
                contract: { name: contract, path: `/project/${path}`, text },
                target: {
                  path: `/project/${target}`,
                  name,
                  style,
                  ...(present === undefined ? {} : { text: present }),
                },
              };
              const skeleton = writeSkeleton(options);
              const { created, added } = skeleton;
              expect(created || added.length > 0, label).toBe(
                skeleton.text !== present,
              );
              return skeleton.text;
            };
            const damaged = damage(complete(), name, random);
            const completed = complete(damaged);
            expect(holds(completed, damaged), `${label}\n${completed}`).toBe(
              true,
            );
            expect(complete(completed), label).toBe(completed);
            implementations.push({ path: target, text: completed });
          }
        pool.add(`seed ${seed}`, [...files, ...implementations]);
      }
    },
  );

  it("compile under the strictest options", { timeout: 600_000 }, async () => {
    const errors = await compile(pool.files);
    expect(errors.map((line) => pool.explain(line))).toEqual([]);
  });
});
