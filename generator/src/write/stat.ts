import { type Stats, statSync } from "node:fs";
import { explainSystemError, systemErrorCode } from "../failure.js";

/**
 * The stats of a path, following links; `undefined` if nothing exists there, or a parent in the path is a file (ENOTDIR).
 *
 * @throws a `Failure` for any other system error, such as a missing permission.
 */
export function statIfExists(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (systemErrorCode(error) === "ENOTDIR") return undefined;
    throw explainSystemError(`read ${path}`, error);
  }
}
