import { readFileSync, readlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { explainSystemError, Failure } from "../failure.js";
import { manifestName, manifestText, readManifest } from "./manifest.js";
import { OutputTree, pathProblem } from "./paths.js";
import { statIfThere } from "./stat.js";

/** A file of text to be written. */
export interface TextFile {
  /** Relative to the output directory, with `/` between its parts. */
  readonly path: string;
  readonly text: string;
}

/** A file of other bytes to be written, such as a WebAssembly module. */
export interface BinaryFile {
  /** Relative to the output directory, with `/` between its parts. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A file to be written. */
export type OutputFile = TextFile | BinaryFile;

/** What has to happen to an output directory. Paths are relative to it, with `/`, and sorted. */
export interface Plan {
  readonly directory: string;
  /** Files that do not exist. */
  readonly create: readonly OutputFile[];
  /** Files of ours whose text has changed. */
  readonly update: readonly OutputFile[];
  /** Files that are as they should be. */
  readonly unchanged: readonly string[];
  /** Files of ours that are not generated any more. */
  readonly remove: readonly string[];
  /** Files that stand where ours should, and were not written by us. Nothing may be written while there are any. */
  readonly foreign: readonly string[];
  /** Everything that is ours afterwards. */
  readonly owned: readonly string[];
  /** Whether the manifest has to be written. */
  readonly manifest: boolean;
}

/** Whether carrying the plan out would change anything. */
export function isStale(plan: Plan): boolean {
  return (
    plan.create.length +
      plan.update.length +
      plan.remove.length +
      plan.foreign.length >
      0 || plan.manifest
  );
}

/**
 * Compares what should be in a directory with what is there. Reads only.
 *
 * A text that differs from the one on disk by its line ends alone counts as the same: version control may have changed them.
 *
 * @throws {@link Failure} if the directory is a file, cannot be read, or a path would lead out of it.
 */
export function planWrites(
  directory: string,
  files: readonly OutputFile[],
): Plan {
  try {
    return compare(directory, files);
  } catch (error) {
    throw explainSystemError(`write to ${directory}`, error);
  }
}

function compare(directory: string, files: readonly OutputFile[]): Plan {
  refuseFile(directory);
  const owned = readManifest(directory);
  const create: OutputFile[] = [];
  const update: OutputFile[] = [];
  const unchanged: string[] = [];
  const foreign: string[] = [];
  const sorted = [...files].sort(byPath);
  const tree = new OutputTree(directory);
  for (const file of sorted) {
    const found = findPlace(tree, directory, file.path);
    if (found === "nothing") create.push(file);
    else if (found === "other") foreign.push(file.path);
    else if (holds(directory, file)) unchanged.push(file.path);
    else if (owned.has(file.path)) update.push(file);
    else foreign.push(file.path);
  }
  const wanted = new Set(sorted.map((file) => file.path));
  const remove = [...owned]
    .filter(
      (path) =>
        !wanted.has(path) &&
        pathProblem(path) === undefined &&
        tree.find(path) === "file",
    )
    .sort();
  const manifest =
    tree.find(manifestName) !== "file" ||
    !isText(directory, manifestName, manifestText(wanted));
  return {
    directory,
    create,
    update,
    unchanged,
    remove,
    foreign,
    owned: [...wanted],
    manifest,
  };
}

/** A file where the directory, or one on the way to it, should be. */
function refuseFile(directory: string): void {
  let at = resolve(directory);
  let found = statIfThere(at);
  const whatIsThere = (): string => (at === resolve(directory) ? "it" : at);
  while (found === undefined) {
    const target = linkTarget(at);
    if (target !== undefined)
      throw new Failure(
        `cannot write to ${directory}: ${whatIsThere()} is a link to ${target}, which does not exist; create a directory there, or remove the link`,
      );
    found = statIfThere((at = dirname(at)));
  }
  if (found.isDirectory()) return;
  throw new Failure(
    `cannot write to ${directory}: ${whatIsThere()} is a file, not a directory`,
  );
}

/** Where a link leads; nothing for what is no link. */
function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** What is where a file is to be written. Refuses a place that no file of ours may have. */
function findPlace(
  tree: OutputTree,
  directory: string,
  path: string,
): "nothing" | "file" | "other" {
  const problem = pathProblem(path);
  if (problem !== undefined)
    throw new Error(`"${path}" cannot be an output file: ${problem}`);
  const long = path
    .split("/")
    .find((part) => Buffer.byteLength(part) > longestName);
  if (long !== undefined) {
    throw new Failure(
      `cannot write a file for \`${long.slice(0, 40)}…\`: the name is too long for a file`,
    );
  }
  const found = tree.find(path);
  if (found === "outside") {
    throw new Failure(
      `refusing to write ${join(directory, path)}: a symbolic link in its path leads out of ${directory}`,
    );
  }
  return found;
}

/** What file systems in use take for one part of a path, in bytes. */
const longestName = 255;

/** Whether a file holds what is to be written to it. */
function holds(directory: string, file: OutputFile): boolean {
  return "bytes" in file
    ? readFileSync(join(directory, file.path)).equals(file.bytes)
    : isText(directory, file.path, file.text);
}

/** Whether a file holds a text, apart from its line ends. */
function isText(directory: string, path: string, text: string): boolean {
  const present = readFileSync(join(directory, path), "utf8");
  return present === text || withoutReturns(present) === text;
}

function withoutReturns(text: string): string {
  return text.includes("\r") ? text.replaceAll("\r\n", "\n") : text;
}

function byPath(a: OutputFile, b: OutputFile): number {
  return a.path < b.path ? -1 : 1;
}
