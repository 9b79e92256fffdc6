import { afterAll, beforeAll, expect, test } from "vitest";
import { sampleWit } from "../support/sample-wit.js";
import { isKnown } from "./known-disagreements.js";
import { Oracle, type Disagreement } from "./oracle.js";

const mutants = 4_000;
const firstSeed = 1;

let oracle: Oracle;

beforeAll(async () => {
  oracle = await Oracle.open();
});

afterAll(async () => {
  await oracle.close();
});

test(
  `wit2ts and jco's parser accept and reject the same of ${String(mutants)} mutants, from seed ${String(firstSeed)}`,
  { timeout: 300_000 },
  async () => {
    const disagreements: Disagreement[] = [];
    for (let seed = firstSeed; seed < firstSeed + mutants; seed++) {
      const disagreement = await oracle.compare(seed, sampleWit);
      if (disagreement !== undefined && !isKnown(disagreement))
        disagreements.push(disagreement);
    }
    expect(disagreements).toEqual([]);
  },
);

test("wit2ts and jco's parser accept the samples without mutations", async () => {
  for (const [index, sample] of sampleWit.entries()) {
    expect(await oracle.verdicts(sample), `sample ${String(index)}`).toEqual({
      ours: [],
      theirs: undefined,
    });
  }
});
