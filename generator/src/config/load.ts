import { realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { lilconfigSync, type LoaderSync } from "lilconfig";
import { explainSystemError, Failure } from "../failure.js";
import { checkConfig, type ConfigEntry } from "./schema.js";
import { statIfExists } from "../write/stat.js";

/** The contents of a configuration file. */
export interface LoadedConfig {
  /** The absolute path of the file. */
  readonly path: string;
  /** The directory that paths in the entries are relative to. */
  readonly directory: string;
  /** Never empty. */
  readonly entries: readonly ConfigEntry[];
}

const searchPlaces = [
  "wit2ts.config.js",
  "wit2ts.config.mjs",
  "wit2ts.config.json",
  "package.json",
];

/**
 * Configuration files that other tools support but wit2ts does not. They are searched for so that they are rejected,
 * not silently ignored.
 */
const otherPlaces = [".ts", ".mts", ".cts", ".cjs"].map(
  (extension) => `wit2ts.config${extension}`,
);

/**
 * Stands for a configuration that is a module. It is imported once the search has chosen it, because lilconfig's search
 * is synchronous.
 */
class ModuleConfig {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }
}

/**
 * Finds and reads the configuration: the named file, or else the nearest `wit2ts.config.{js,mjs,json}`, or
 * `package.json` with a key `wit2ts`, in a directory or its parents.
 *
 * @returns `undefined` if there is none.
 * @throws {@link Failure} if the named file is missing, or the configuration cannot be loaded or is invalid.
 */
export async function loadConfig(
  directory: string,
  named?: string,
): Promise<LoadedConfig | undefined> {
  const found =
    named === undefined ? search(directory) : read(resolve(directory, named));
  if (found === undefined) return undefined;
  const { path } = found;
  const value =
    found.value instanceof ModuleConfig
      ? await importConfig(path)
      : found.value;
  const checked = checkConfig(value);
  if ("problems" in checked) {
    throw new Failure(
      `wrong configuration in ${path}:\n${checked.problems.map((line) => `  ${line}`).join("\n")}`,
      2,
    );
  }
  return { path, directory: dirname(path), entries: checked.entries };
}

interface Found {
  readonly path: string;
  readonly value: unknown;
}

function search(directory: string): Found | undefined {
  let found;
  try {
    found = searcher().search(directory);
  } catch (error) {
    throw explainSystemError(`read the configuration of ${directory}`, error);
  }
  if (found === null) return undefined;
  if (found.isEmpty === true) refuseEmpty(found.filepath);
  return { path: found.filepath, value: found.config };
}

function read(path: string): Found {
  if (![".js", ".mjs", ".json"].includes(extname(path))) refuse(path);
  if (statIfExists(path) === undefined) {
    throw new Failure(`there is no configuration file ${path}`, 2);
  }
  try {
    const found = searcher().load(path);
    if (found === null || found.isEmpty === true) refuseEmpty(path);
    if (found.config === null && basename(path) === "package.json")
      throw new Failure(`${path} has no key "wit2ts"`, 2);
    return { path, value: found.config };
  } catch (error) {
    throw explainSystemError(`read ${path}`, error);
  }
}

function searcher() {
  const module: LoaderSync = (path) => new ModuleConfig(path);
  const loaders = {
    ".js": module,
    ".mjs": module,
    ".json": parseJson,
    ...Object.fromEntries(
      otherPlaces.map((name) => [extname(name), refuse as LoaderSync]),
    ),
  };
  return lilconfigSync("wit2ts", {
    searchPlaces: [...searchPlaces, ...otherPlaces],
    loaders,
    // An empty file is probably a mistake: report it rather than use the defaults.
    ignoreEmptySearchPlaces: false,
    cache: false,
  });
}

function refuseEmpty(path: string): never {
  throw new Failure(`the configuration file ${path} is empty`, 2);
}

function refuse(path: string): never {
  throw new Failure(
    `cannot read the configuration ${path}: expected a .js, .mjs or .json file`,
    2,
  );
}

const parseJson: LoaderSync = (path, content) => {
  // A package.json of another package in a parent directory must not cause an error, even if it is invalid.
  if (path.endsWith("package.json") && !content.includes('"wit2ts"')) return {};
  try {
    return JSON.parse(content.replace(/^\uFEFF/, "")) as unknown;
  } catch (error) {
    throw new Failure(
      `${path} is not valid JSON: ${(error as Error).message}`,
      2,
    );
  }
};

async function importConfig(path: string): Promise<unknown> {
  try {
    // The modification time makes `import` load a changed file again instead of returning the cached module, for
    // `--watch`. A CommonJS module is cached under its path alone.
    const url = pathToFileURL(path);
    Reflect.deleteProperty(createRequire(path).cache, realpathSync(path));
    url.search = `?changed=${statSync(path).mtimeMs}`;
    const module = (await import(url.href)) as { default?: unknown };
    // Await a promise here, so that its rejection is reported with the path of the file.
    const value = await module.default;
    if (value !== undefined) return value;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure(
      `cannot load ${path}: ${reason.split("\n", 1)[0] ?? ""}`,
      2,
      { cause: error },
    );
  }
  throw new Failure(`${path} has no default export`, 2);
}
