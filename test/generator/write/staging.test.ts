import { existsSync, utimesSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { makeStaging } from "../../../generator/src/write/staging.js";
import { testDirectory } from "../../support/directory.js";

/**
 * Makes a staging directory beside an existing directory of the given name, which contains `file` and was last modified
 * `secondsAgo`. Returns whether the existing file is still there.
 */
function left(name: string, file: string, secondsAgo: number) {
  const directory = testDirectory({ [`${name}/${file}`]: "text" });
  const then = new Date(Date.now() - secondsAgo * 1_000);
  utimesSync(directory.at(name), then, then);
  const staging = makeStaging(directory.path);
  expect(staging.startsWith(directory.at(".wit2ts-"))).toBe(true);
  return existsSync(directory.at(name, file));
}

describe("making a staging directory", () => {
  it("removes old staging directories of killed runs", () => {
    expect(left(".wit2ts-a1B2c3", "17", 3_600)).toBe(false);
    expect(left(".wit2ts-a1B2c3", "manifest", 3_600)).toBe(false);
  });

  it("keeps a recent staging directory, which may be in use", () => {
    expect(left(".wit2ts-a1B2c3", "17", 5)).toBe(true);
  });

  it("keeps directories that are no staging directories", () => {
    expect(left(".wit2ts-a1B2c3", "notes.md", 3_600)).toBe(true);
    expect(left(".wit2ts-backups", "17", 3_600)).toBe(true);
  });
});
