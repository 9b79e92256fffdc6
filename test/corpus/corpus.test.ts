import { describe, expect, test } from "vitest";
import { toJson } from "../../generator/src/model/to-json.js";
import {
  hasCorpus,
  placeOf,
  readCases,
  readGolden,
  resolveCase,
} from "./corpus.js";
import { otherPlaces } from "./exceptions.js";

if (!hasCorpus) {
  console.warn(
    "The corpus of the reference parser is not beside the repository (../shared/corpus): its test is skipped.",
  );
}

// Skipped without the corpus. test/generator/resolve/fixtures.test.ts tests the same functions with fixtures of this
// repository.
describe.skipIf(!hasCorpus)("the corpus of the reference parser", () => {
  const cases = hasCorpus ? readCases() : [];

  test("every accepted case is accepted with the same model in the same order", () => {
    const accepted = cases.filter((item) => item.verdict === "accept");
    const wrong: string[] = [];
    for (const item of accepted) {
      const { model, diagnostics } = resolveCase(item);
      if (model === undefined)
        wrong.push(`${item.id}: rejected: ${diagnostics[0]?.message ?? ""}`);
      else if (JSON.stringify(toJson(model)) !== readGolden(item.golden ?? ""))
        wrong.push(`${item.id}: another model`);
    }
    expect(wrong).toEqual([]);
    expect(accepted.length).toBeGreaterThan(1_000);
  }, 120_000);

  test("every rejected case is rejected with an error at the same position", () => {
    const rejected = cases.filter((item) => item.verdict === "reject");
    const wrong: string[] = [];
    const elsewhere: string[] = [];
    for (const item of rejected) {
      const { model, diagnostics } = resolveCase(item);
      if (model !== undefined) {
        wrong.push(item.id);
        continue;
      }
      const expected = item.location;
      if (expected === undefined || expected === null) continue;
      const places = diagnostics.flatMap(({ range }) =>
        range === undefined ? [] : [placeOf(range)],
      );
      const isThere = places.some(
        ({ file, line, column }) =>
          file === expected.file &&
          line === expected.line &&
          column === expected.column,
      );
      if (!isThere) elsewhere.push(item.id);
    }
    expect(wrong).toEqual([]);
    expect(elsewhere.filter((id) => !(id in otherPlaces))).toEqual([]);
    // An exception that no longer applies would hide a new difference.
    expect(
      Object.keys(otherPlaces).filter((id) => !elsewhere.includes(id)),
    ).toEqual([]);
    expect(rejected.length).toBeGreaterThan(500);
  }, 120_000);

  test("every model is unchanged after a round trip through JSON", async () => {
    const { fromJson } = await import("../support/model/from-json.js");
    const wrong: string[] = [];
    for (const { id, golden } of cases) {
      if (golden === undefined) continue;
      const text = readGolden(golden);
      if (JSON.stringify(toJson(fromJson(JSON.parse(text)))) !== text)
        wrong.push(id);
    }
    expect(wrong).toEqual([]);
  }, 120_000);
});
