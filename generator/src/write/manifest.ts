import { readFileSync } from "node:fs";
import { join } from "node:path";
import { explainSystemError, Failure, systemErrorCode } from "../failure.js";

/** The name of the file in the output directory that lists the files owned by wit2ts. */
export const manifestName = ".wit2ts.json";

const note =
  "Written by wit2ts: the files in this directory that it owns, and replaces or removes. Commit it with them.";

/**
 * Reads which files in an output directory are owned by wit2ts.
 *
 * @returns their relative paths, with `/` as separator; empty if there is no manifest.
 * @throws {@link Failure} if the manifest cannot be read or is damaged: without it, generated files cannot be told from
 * the user's.
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

/** The text of a manifest. Files are sorted, one per line, so that version control can merge it. */
export function manifestText(files: Iterable<string>): string {
  return `${JSON.stringify({ note, files: [...files].sort() }, undefined, 2)}\n`;
}
