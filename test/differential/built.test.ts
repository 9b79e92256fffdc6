import { afterAll, beforeAll, expect, test } from "vitest";
import { compareBuilt, type BuiltDisagreement } from "./compare-built.js";
import { Reference } from "./reference.js";

let reference: Reference;

beforeAll(async () => {
  reference = await Reference.open();
});

afterAll(async () => {
  await reference.close();
});

test.each([
  { what: "files that are right", count: 200, mistakes: 0, isFolder: false },
  { what: "files with a mistake", count: 400, mistakes: 1, isFolder: false },
  { what: "folders that are right", count: 50, mistakes: 0, isFolder: true },
  { what: "folders with a mistake", count: 50, mistakes: 1, isFolder: true },
])(
  "wit2ts and jco's parser accept the same of $count random $what, and give the same models",
  { timeout: 300_000 },
  async ({ count, mistakes, isFolder }) => {
    const disagreements: BuiltDisagreement[] = [];
    let accepted = 0;
    let worlds = 0;
    for (let seed = 1; seed <= count; seed++) {
      const result = await compareBuilt(
        seed,
        { mistakes, isFolder },
        reference,
      );
      if (result.disagreement !== undefined)
        disagreements.push(result.disagreement);
      if (result.isAccepted) accepted++;
      worlds += result.worlds;
    }
    expect(disagreements).toEqual([]);
    // Most inputs that are built without mistakes must be valid, or the comparison would be of little use.
    expect(accepted).toBeGreaterThan(count * (0.7 - 0.55 * mistakes));
    expect(worlds).toBeGreaterThan(count * (0.5 - 0.45 * mistakes));
  },
);
