import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { systemErrorCode } from "../failure.js";

/**
 * Creates a directory and its missing parents. Node's `recursive` option loops forever if a file system reports ENOENT
 * although the parent exists, as `/proc` does for every attempt to create something in it.
 *
 * @throws the system error for the directory that could not be created.
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
