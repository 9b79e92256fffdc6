import { readFileSync, readlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { explainSystemError, Failure } from "../failure.js";
import { manifestName, readManifest } from "./manifest.js";
import { OutputTree, pathProblem } from "./paths.js";
import { statIfExists } from "./stat.js";

/** A text file to write. */
export interface TextFile {
  /** Relative to the output directory, with `/` as separator. */
  readonly path: string;
  readonly text: string;
}

/** A binary file to write, such as a WebAssembly module. */
export interface BinaryFile {
  /** Relative to the output directory, with `/` as separator. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A file to write. */
export type OutputFile = TextFile | BinaryFile;

/** The changes to make in an output directory. Paths are relative to it, with `/` as separator, and sorted. */
export interface Plan {
  readonly directory: string;
  /** Files that do not exist. */
  readonly create: readonly OutputFile[];
  /** Owned files whose contents have changed. */
  readonly update: readonly OutputFile[];
  /** Files that are up to date. */
  readonly unchanged: readonly string[];
  /** Owned files that are no longer generated. */
  readonly remove: readonly string[];
  /** Existing files at output paths that wit2ts did not write. If there are any, nothing may be written. */
  readonly conflicts: readonly string[];
  /** All files that are owned after the plan is carried out. */
  readonly owned: readonly string[];
  /** Whether the manifest has to be written. */
  readonly manifest: boolean;
}

/** Whether carrying out the plan would change anything, or is not possible because of foreign files. */
export function isStale(plan: Plan): boolean {
  return (
    plan.create.length +
      plan.update.length +
      plan.remove.length +
      plan.conflicts.length >
      0 || plan.manifest
  );
}

/**
 * Compares the files to write with the contents of a directory. Only reads.
 *
 * Texts that differ only in line ends count as the same, because version control may have converted them.
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
    const found = inspectTarget(tree, directory, file.path);
    if (found === "nothing") create.push(file);
    else if (found === "other") foreign.push(file.path);
    else if (hasContents(directory, file)) unchanged.push(file.path);
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
  // What the manifest lists counts, not its layout: the user's formatter may have changed that.
  const manifest =
    tree.find(manifestName) !== "file" ||
    owned.size !== wanted.size ||
    [...wanted].some((path) => !owned.has(path));
  return {
    directory,
    create,
    update,
    unchanged,
    remove,
    conflicts: foreign,
    owned: [...wanted],
    manifest,
  };
}

/** Throws if a file or a dangling link is in the place of the output directory or of one of its parents. */
function refuseFile(directory: string): void {
  let at = resolve(directory);
  let found = statIfExists(at);
  const whatIsThere = (): string => (at === resolve(directory) ? "it" : at);
  while (found === undefined) {
    const target = linkTarget(at);
    if (target !== undefined)
      throw new Failure(
        `cannot write to ${directory}: ${whatIsThere()} is a link to ${target}, which does not exist; create a directory there, or remove the link`,
      );
    found = statIfExists((at = dirname(at)));
  }
  if (found.isDirectory()) return;
  throw new Failure(
    `cannot write to ${directory}: ${whatIsThere()} is a file, not a directory`,
  );
}

/** The target of a symbolic link; `undefined` if the path is not one. */
function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** What exists at the path of an output file. Throws if the path is not allowed. */
function inspectTarget(
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

/** The limit of common file systems for one component of a path, in bytes. */
const longestName = 255;

/** Whether a file already has the contents to write. */
function hasContents(directory: string, file: OutputFile): boolean {
  return "bytes" in file
    ? readFileSync(join(directory, file.path)).equals(file.bytes)
    : isText(directory, file.path, file.text);
}

/** Whether a file contains the given text, ignoring CRLF line ends in the file. */
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
