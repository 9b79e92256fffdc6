import { type Dirent, readdirSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, relative, sep } from "node:path";
import { systemErrorCode } from "../failure.js";
import { statIfExists } from "./stat.js";

/**
 * Why a path is not valid for an output file; `undefined` if it is valid.
 *
 * @param path - relative to the output directory, with `/` as separator.
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

/** What exists at the path of an output file; `outside` if a symbolic link in it leads out of the output directory. */
export type Finding = "nothing" | "file" | "other" | "outside";

/** The entries, by name, of the output directory or of a directory in it. */
type Entries = ReadonlyMap<string, Dirent>;

/**
 * The contents of an output directory on disk. Each directory is listed once and cached, because one syscall per output
 * file would cost more than generating the file.
 */
export class OutputTree {
  readonly #root: string;
  readonly #lists = new Map<string, Entries | undefined>();

  /** @param root - the output directory. Symbolic links in this path are allowed, because the user chose it. */
  constructor(root: string) {
    this.#root = root;
  }

  /**
   * Finds out what exists at a path.
   *
   * @param path - a relative path that {@link pathProblem} accepts.
   */
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
        const target = statIfExists(at);
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
    // On a case-insensitive file system, a name that differs in case refers to the same file.
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

/** The target of a link. For a dangling link, the directory that contains it, because nothing is written through it. */
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
