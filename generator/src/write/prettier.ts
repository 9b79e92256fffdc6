import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Failure, systemErrorCode } from "../failure.js";
import type { TextFile } from "./plan.js";
import { statIfExists } from "./stat.js";

/** The names of Prettier's configuration files. `package.json` and `package.yaml` are checked by content instead. */
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

/** The part of Prettier's API that is used, for versions 2 and later. Since version 3, `format` returns a promise. */
interface Prettier {
  clearConfigCache?(): unknown;
  resolveConfig(
    path: string,
    options: { editorconfig: boolean },
  ): Promise<object | null>;
  format(text: string, options: object): string | Promise<string>;
}

/**
 * The nearest Prettier configuration file for files in a directory; `undefined` if there is none. The search takes only a
 * few syscalls, while loading Prettier for it would take longer than generating.
 */
export function findPrettierConfiguration(
  directory: string,
): string | undefined {
  for (let at = resolve(directory); ; at = dirname(at)) {
    for (const name of configurationNames) {
      const path = join(at, name);
      if (statIfExists(path)?.isFile() === true) return path;
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
 * Formats files with the user's Prettier if it is configured for the directory. Else returns them unchanged, because the
 * generator already writes what Prettier's defaults give.
 *
 * @param directory - the output directory of the files.
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
    // Prettier caches what it has read, but with `--watch` the configuration may have changed since the last run.
    await prettier.clearConfigCache?.();
    const format = async (file: TextFile): Promise<TextFile> => {
      const filepath = resolve(directory, file.path);
      const options = await prettier.resolveConfig(filepath, {
        editorconfig: true,
      });
      // Generated files always have LF line ends. Version control converts them if the user configures that.
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

/** The first line of what a configuration, a plugin or Prettier threw, and the next line if the first ends with `:`. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const [first = "", second = ""] = text.split(/\s*\n\s*/);
  const reason = first.endsWith(":") ? `${first} ${second}` : first;
  return reason.replace(/:$/, "");
}

/** The Prettier that is installed for the configuration file, or else the one that wit2ts depends on. */
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
