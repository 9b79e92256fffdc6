import { lstatSync, realpathSync } from "node:fs";
import { dirname, join, relative, isAbsolute, sep } from "node:path";
import { systemErrorCode } from "../failure.js";

/**
 * Why a path of an output file cannot be one, or nothing if it can.
 *
 * @param path - relative to the output directory, with `/` between its parts.
 */
export function pathProblem(path: string): string | undefined {
  if (path === "") return "it is empty";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "it is absolute";
  if (path.includes("\\") || path.includes("\0"))
    return "it has a character that paths cannot have";
  for (const part of path.split("/")) {
    if (part === "" || part === ".") return "it has an empty part";
    if (part === "..") return "it leaves the directory";
  }
  return undefined;
}

/**
 * Whether something on the way from `root` down to `path` is a symbolic link that leads out of `root`, so that
 * writing there would write elsewhere.
 *
 * @param root - the output directory; it may itself be reached through links, which are the user's own.
 * @param path - relative, as {@link pathProblem} wants it.
 */
export function leadsOutside(root: string, path: string): boolean {
  const parts = path.split("/");
  let at = root;
  for (const part of parts) {
    at = join(at, part);
    let isLink;
    try {
      isLink = lstatSync(at).isSymbolicLink();
    } catch (error) {
      if (
        systemErrorCode(error) === "ENOENT" ||
        systemErrorCode(error) === "ENOTDIR"
      )
        return false;
      throw error;
    }
    if (isLink && !isInside(realpathSync(root), targetOf(at))) return true;
  }
  return false;
}

/** Where a link leads, or, if that does not exist, the directory the link stands in: nothing is written through it. */
function targetOf(link: string): string {
  try {
    return realpathSync(link);
  } catch {
    return realpathSync(dirname(link));
  }
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
