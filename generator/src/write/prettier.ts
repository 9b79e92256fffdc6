import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Failure, systemErrorCode } from "../failure.js";
import type { TextFile } from "./plan.js";
import { statIfThere } from "./stat.js";

/** The names under which Prettier looks for its configuration; `package.json` and `package.yaml` count by content. */
const configurationNames = [
  ".prettierrc",
  ...[
    "json",
    "json5",
    "yaml",
    "yml",
    "toml",
    "js",
    "mjs",
    "cjs",
    "ts",
    "mts",
    "cts",
  ].map((ext) => `.prettierrc.${ext}`),
  ...["js", "mjs", "cjs", "ts", "mts", "cts"].map(
    (ext) => `prettier.config.${ext}`,
  ),
];

/** What is used of Prettier, of any version from 2 on. */
interface Prettier {
  resolveConfig(
    path: string,
    options: { editorconfig: boolean },
  ): Promise<object | null>;
  format(text: string, options: object): string | Promise<string>;
}

/**
 * The nearest Prettier configuration file for files in a directory, found by name alone: the search costs some file system
 * calls, while asking Prettier itself would cost more than generating does.
 */
export function findPrettierConfiguration(
  directory: string,
): string | undefined {
  for (let at = resolve(directory); ; at = dirname(at)) {
    for (const name of configurationNames) {
      const path = join(at, name);
      if (statIfThere(path)?.isFile() === true) return path;
    }
    if (
      mentionsPrettier(join(at, "package.json"), (text) => hasPrettierKey(text))
    )
      return join(at, "package.json");
    if (
      mentionsPrettier(join(at, "package.yaml"), (text) =>
        /^prettier\s*:/m.test(text),
      )
    )
      return join(at, "package.yaml");
    if (at === dirname(at)) return undefined;
  }
}

function mentionsPrettier(
  path: string,
  test: (text: string) => boolean,
): boolean {
  try {
    return test(readFileSync(path, "utf8"));
  } catch (error) {
    if (systemErrorCode(error) !== undefined) return false;
    throw error;
  }
}

function hasPrettierKey(text: string): boolean {
  if (!text.includes('"prettier"')) return false;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && "prettier" in value;
  } catch {
    return false;
  }
}

/**
 * Formats files as the user's own Prettier would where they have configured it, and returns them as they are where they
 * have not: what is generated is what Prettier makes of it by default.
 *
 * @param directory - where the files will stand.
 * @throws {@link Failure} if Prettier or its configuration cannot be loaded, or fails on a file.
 */
export async function formatAsConfigured(
  directory: string,
  files: readonly TextFile[],
): Promise<readonly TextFile[]> {
  const configuration = findPrettierConfiguration(directory);
  if (configuration === undefined) return files;
  try {
    const prettier = await loadPrettier(configuration);
    const format = async (file: TextFile): Promise<TextFile> => {
      const filepath = resolve(directory, file.path);
      const options = await prettier.resolveConfig(filepath, {
        editorconfig: true,
      });
      // The line ends of what we write are LF; version control changes them where that is wanted.
      return {
        path: file.path,
        text: await prettier.format(file.text, {
          ...options,
          filepath,
          endOfLine: "lf",
        }),
      };
    };
    return await Promise.all(files.map(format));
  } catch (error) {
    throw new Failure(
      `cannot format with Prettier as ${configuration} says: ${reasonOf(error)}`,
      1,
      { cause: error },
    );
  }
}

/** The first line of what a configuration, a plugin or Prettier threw; with the next where it only announces that. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const [first = "", second = ""] = text.split(/\s*\n\s*/);
  const reason = first.endsWith(":") ? `${first} ${second}` : first;
  return reason.replace(/:$/, "");
}

/** The Prettier installed where its configuration stands, or else our own. */
async function loadPrettier(configuration: string): Promise<Prettier> {
  let path;
  try {
    path = createRequire(configuration).resolve("prettier");
  } catch {
    return import("prettier");
  }
  const loaded = (await import(pathToFileURL(path).href)) as Prettier & {
    default?: Prettier;
  };
  return typeof loaded.format === "function"
    ? loaded
    : (loaded.default ?? loaded);
}
