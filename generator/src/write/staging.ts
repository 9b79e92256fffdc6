import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { statIfExists } from "./stat.js";

/** The prefix of the names of staging directories; `mkdtemp` appends six characters. */
const prefix = ".wit2ts-";
const stagingName = /^\.wit2ts-[0-9A-Za-z]{6}$/;

/** The names of files in a staging directory: numbers for output files, and `manifest`. */
const stagedName = /^(?:[0-9]+|manifest)$/;

/** A staging directory unchanged for this many milliseconds is regarded as left behind by a run that was killed. */
const abandonedAfter = 60_000;

/**
 * Creates a staging directory inside the output directory, so that moving a file to its path is a rename within one file
 * system. The caller removes it. Also removes the staging directories that killed runs left behind.
 */
export function makeStaging(directory: string): string {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (
      entry.isDirectory() &&
      stagingName.test(entry.name) &&
      isAbandoned(path)
    )
      rmSync(path, { recursive: true, force: true });
  }
  return mkdtempSync(join(directory, prefix));
}

/** Whether a staging directory is abandoned. A recently changed one may belong to a concurrent run. */
function isAbandoned(path: string): boolean {
  const changed = statIfExists(path)?.mtimeMs ?? Infinity;
  return (
    Date.now() - changed > abandonedAfter &&
    readdirSync(path).every((name) => stagedName.test(name))
  );
}
