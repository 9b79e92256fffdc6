import { type Dirent, readdirSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, relative, sep } from "node:path";
import { systemErrorCode } from "../failure.js";
import { statIfThere } from "./stat.js";

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

/** What is at the path of an output file: `outside` if a symbolic link on the way leads out of the directory. */
export type Finding = "nothing" | "file" | "other" | "outside";

/** The names in a directory that is the output's, or lies in it. */
type Entries = ReadonlyMap<string, Dirent>;

/**
 * An output directory as it is on disk. Each directory is listed once, however many files are looked for in it: asking the
 * system for every file would cost more than generating it.
 */
export class OutputTree {
  readonly #root: string;
  readonly #lists = new Map<string, Entries | undefined>();

  /** @param root - it may itself be reached through links, which are the user's own. */
  constructor(root: string) {
    this.#root = root;
  }

  /** @param path - relative, as {@link pathProblem} wants it. */
  find(path: string): Finding {
    const parts = path.split("/");
    const last = parts.length - 1;
    let at = this.#root;
    for (const [index, part] of parts.entries()) {
      const found = this.#entry(at, part);
      at = `${at}${sep}${part}`;
      if (found === undefined) return "nothing";
      if (found.isSymbolicLink()) {
        if (!isInside(realpathSync(this.#root), targetOf(at))) return "outside";
        const target = statIfThere(at);
        if (target === undefined) return "nothing";
        if (index === last) return target.isFile() ? "file" : "other";
        if (!target.isDirectory()) return "other";
      } else if (index === last) return found.isFile() ? "file" : "other";
      else if (!found.isDirectory()) return "other";
    }
    return "other";
  }

  #entry(directory: string, name: string): Dirent | undefined {
    const entries = this.#list(directory);
    const found = entries?.get(name);
    if (found !== undefined || entries === undefined || isCaseSensitive)
      return found;
    // The file system may take the name of another file for this one.
    const lower = name.toLowerCase();
    for (const [other, entry] of entries)
      if (other.toLowerCase() === lower) return entry;
    return undefined;
  }

  #list(directory: string): Entries | undefined {
    if (this.#lists.has(directory)) return this.#lists.get(directory);
    const entries = list(directory);
    this.#lists.set(directory, entries);
    return entries;
  }
}

const isCaseSensitive =
  process.platform !== "darwin" && process.platform !== "win32";

function list(directory: string): Entries | undefined {
  try {
    const entries = readdirSync(directory, { withFileTypes: true });
    return new Map(entries.map((entry) => [entry.name, entry]));
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return undefined;
    throw error;
  }
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
