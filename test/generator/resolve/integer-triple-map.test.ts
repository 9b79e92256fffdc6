import { expect, test } from "vitest";
import { IntegerTripleMap } from "../../../generator/src/resolve/integer-triple-map.js";

test("an IntegerTripleMap finds all of many entries, and no others", () => {
  const table = new IntegerTripleMap();
  const count = 5_000;
  for (let index = 0; index < count; index++) {
    expect(table.find(index % 7, index, -index)).toBe(-1);
    table.set(index % 7, index, -index, count - 1 - index);
  }
  for (let index = 0; index < count; index++) {
    expect(table.find(index % 7, index, -index)).toBe(count - 1 - index);
    expect(table.find((index % 7) + 1, index, -index)).toBe(-1);
    expect(table.find(index % 7, index, 1 - index)).toBe(-1);
  }
});
