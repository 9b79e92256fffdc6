import { readFileSync } from "node:fs";
import { join } from "node:path";
import { explainSystemError, Failure, systemErrorCode } from "../failure.js";

/** The name of the file, in the output directory, that says which files there are ours. */
export const manifestName = ".wit2ts.json";

const note =
  "Written by wit2ts: the files in this directory that it owns, and replaces or removes. Commit it with them.";

/**
 * Reads which files of an output directory are ours.
 *
 * @returns their paths, relative, with `/`; none if nothing was ever written there.
 * @throws {@link Failure} if the manifest cannot be read, or is damaged: without it, nothing tells our files from the user's.
 */
export function readManifest(directory: string): ReadonlySet<string> {
  const path = join(directory, manifestName);
  let text;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return new Set();
    throw explainSystemError(`read ${path}`, error);
  }
  const files = parseManifest(text);
  if (files === undefined) {
    throw new Failure(
      `${path} is damaged; restore it, or delete it together with the generated files beside it`,
    );
  }
  return new Set(files);
}

function parseManifest(text: string): string[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || !("files" in value))
    return undefined;
  const { files } = value;
  return Array.isArray(files) && files.every((file) => typeof file === "string")
    ? files
    : undefined;
}

/** The text of a manifest: sorted, one file a line, so that it merges well. */
export function manifestText(files: Iterable<string>): string {
  return `${JSON.stringify({ note, files: [...files].sort() }, undefined, 2)}\n`;
}
