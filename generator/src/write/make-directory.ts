import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { systemErrorCode } from "../failure.js";

/**
 * Makes a directory and those above it, as far as they are missing. Node's own `recursive` option goes round for ever where a
 * file system says that a parent is missing although it is there, as `/proc` does for whatever one tries to make in it.
 *
 * @throws the system error of the directory that could not be made.
 */
export function makeDirectory(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    switch (systemErrorCode(error)) {
      case "EEXIST":
        if (isDirectory(path)) return;
        throw error;
      case "ENOENT": {
        const parent = dirname(path);
        if (parent === path || isDirectory(parent)) throw error;
        makeDirectory(parent);
        makeDirectory(path);
        return;
      }
      default:
        throw error;
    }
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
