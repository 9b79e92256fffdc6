import { readdirSync, readFileSync, statSync } from "node:fs";
import type { Host } from "./host.js";

/** The file system of the machine, accessed through Node. Nothing else in the front end reads from disk. */
export const nodeHost: Host = {
  kind(path) {
    const stats = withReadableErrors(() =>
      statSync(path, { throwIfNoEntry: false }),
    );
    if (stats === undefined) return undefined;
    if (stats.isDirectory()) return "directory";
    return stats.isFile() ? "file" : "other";
  },
  list(path) {
    return withReadableErrors(() => readdirSync(path));
  },
  read(path) {
    return withReadableErrors(() => readFileSync(path));
  },
};

/** Texts for the common error codes of Node. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  ELOOP: "its links lead in a circle",
  EISDIR: "it is a directory",
  ENOTDIR: "it is not a directory",
  ENOENT: "it does not exist",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
  ENAMETOOLONG: "the path is too long",
  ERR_FS_FILE_TOO_LARGE: "the file is too large",
};

function withReadableErrors<T>(operation: () => T): T {
  try {
    return operation();
  } catch (cause) {
    const code =
      cause instanceof Error && "code" in cause ? String(cause.code) : "";
    throw new Error(
      reasons[code] ?? (cause instanceof Error ? cause.message : String(cause)),
      { cause },
    );
  }
}
