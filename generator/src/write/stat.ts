import { type Stats, statSync } from "node:fs";
import { explainSystemError, systemErrorCode } from "../failure.js";

/**
 * What is at a path, links followed; nothing where there is nothing, be it because a part of the path is a file.
 *
 * @throws a `Failure` if one may not look.
 */
export function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (systemErrorCode(error) === "ENOTDIR") return undefined;
    throw explainSystemError(`read ${path}`, error);
  }
}
