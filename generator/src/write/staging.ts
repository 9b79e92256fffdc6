import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { statIfThere } from "./stat.js";

/** Staging directories are called this, with six characters behind it. */
const prefix = ".wit2ts-";
const stagingName = /^\.wit2ts-[0-9A-Za-z]{6}$/;

/** What may be in one: texts by their numbers, and a manifest. */
const stagedName = /^(?:[0-9]+|manifest)$/;

/** A staging directory in which nothing happened for this long, in milliseconds, was left by a run that was killed. */
const abandonedAfter = 60_000;

/**
 * Makes a directory for what is being written, within the output directory, so that moving a file from one to the other is a
 * renaming. Its maker removes it; those that killed runs have left are removed here.
 */
export function makeStaging(directory: string): string {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory() && stagingName.test(entry.name) && isLeft(path))
      rmSync(path, { recursive: true, force: true });
  }
  return mkdtempSync(join(directory, prefix));
}

/** Whether a staging directory is of no use to anybody: another run may be at work just now. */
function isLeft(path: string): boolean {
  const changed = statIfThere(path)?.mtimeMs ?? Infinity;
  return (
    Date.now() - changed > abandonedAfter &&
    readdirSync(path).every((name) => stagedName.test(name))
  );
}
