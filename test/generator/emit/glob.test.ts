import { describe, expect, it } from "vitest";
import { matchesGlob, splitList } from "../../../generator/src/emit/glob.js";

describe("a pattern", () => {
  it.each([
    ["a:b/c", "a:b/c", true],
    ["a:b/c", "a:b/cd", false],
    ["*", "a:b/c", true],
    ["a:*/c", "a:b/c", true],
    ["a:b/?", "a:b/c", true],
    ["a:b/?", "a:b/", false],
    ["*:*/*c*", "a:b/xcx", true],
    ["a:b/{c,d}", "a:b/d", true],
    ["a:b/{c,d}", "a:b/e", false],
    ["a:{b/{c,d},x}#*", "a:b/d#f", true],
    ["a:{b/{c,d},x}#*", "a:x#f", true],
    ["a:b{,-2}/c", "a:b/c", true],
    ["a:b{,-2}/c", "a:b-2/c", true],
    ["a:{b", "a:{b", true],
    ["[method]r.{get,set}", "[method]r.set", true],
  ])("%s matches %s: %s", (pattern, name, fits) => {
    expect(matchesGlob(pattern, name)).toBe(fits);
  });

  it("with many stars is matched without exponential backtracking", () => {
    expect(matchesGlob(`${"*a".repeat(500)}b`, "a".repeat(5_000))).toBe(false);
  });
});

it("splits lists at commas outside braces", () => {
  expect(splitList("a:b/{c,d},e,,f")).toEqual(["a:b/{c,d}", "e", "", "f"]);
});
