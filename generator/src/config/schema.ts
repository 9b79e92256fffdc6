import {
  importExtensions,
  modes,
  targets,
  type ImportExtension,
  type Mode,
  type Target,
} from "../emit/options.js";
import { nearestName } from "../diagnostics/did-you-mean.js";

/** How a configuration value is checked, and what the message about a wrong one says. */
interface Kind {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

const text: Kind = {
  expected: "a string",
  // A path or name with a NUL character is invalid, and the error that Node throws for it would be hard to understand.
  accepts: (value) =>
    typeof value === "string" && value !== "" && !value.includes("\0"),
};
const texts: Kind = {
  expected: "a string or a list of strings",
  accepts: (value) =>
    text.accepts(value) || (Array.isArray(value) && value.every(text.accepts)),
};
const flag: Kind = {
  expected: "true or false",
  accepts: (value) => typeof value === "boolean",
};
const oneOf = (...names: readonly string[]): Kind => ({
  expected: names
    .map((name) => `"${name}"`)
    .join(", ")
    .replace(/, ([^,]*)$/, " or $1"),
  accepts: (value) => names.includes(value as string),
});

/** One run of `wit2ts generate` in a configuration file. Paths are relative to that file. */
export interface ConfigEntry {
  /** A WIT file, or a directory of WIT files with its `deps`. Default: `wit`. */
  readonly wit?: string;
  /** The directory for the generated TypeScript. Default: `generated`. */
  readonly out?: string;
  /** Which contracts to generate: blocking (`sync`), asynchronous (`async`) or both (`both`). Default: `both`. */
  readonly mode?: Mode;
  /** Functions that are asynchronous whatever the `mode`, such as `wasi:http/*#handle`. */
  readonly async?: string | readonly string[];
  /** Whether to generate for the host of a component or for the guest inside it. Default: `host`. */
  readonly target?: Target;
  /** The worlds to generate. Default: all if `interfaces` is not given either, otherwise none. */
  readonly world?: string | readonly string[];
  /** The features whose unstable items are included. Default: none. */
  readonly features?: string | readonly string[];
  /** Whether to include all unstable items. Default: `false`. */
  readonly allFeatures?: boolean;
  /**
   * The interfaces to generate, such as `wasi:io/*`. Default: all if `world` is not given either, otherwise those
   * that the worlds need.
   */
  readonly interfaces?: string | readonly string[];
  /**
   * How the files import each other: `./socket.js` (`js`), or `./socket.ts` (`ts`) for runtimes that run TypeScript
   * directly. Default: `js`.
   */
  readonly importExtension?: ImportExtension;
}

/** The contents of a configuration file. */
export type Config = ConfigEntry | readonly ConfigEntry[];

/**
 * Returns its argument. Its type lets an editor complete and check `wit2ts.config.js`:
 *
 * ```js
 * import { defineConfig } from "wit2ts";
 *
 * export default defineConfig({ wit: "wit", out: "src/generated", mode: "async" });
 * ```
 *
 * @param config - one run of `generate`, or a list of them
 * @returns the same object
 */
export function defineConfig<const C extends Config>(config: C): C {
  return config;
}

const kinds: Readonly<Record<keyof ConfigEntry, Kind>> = {
  wit: text,
  out: text,
  mode: oneOf(...modes),
  async: texts,
  target: oneOf(...targets),
  world: texts,
  features: texts,
  allFeatures: flag,
  interfaces: texts,
  importExtension: oneOf(...importExtensions),
};

/**
 * Validates the contents of a configuration file.
 *
 * @returns the entries, or the problems, one line each.
 */
export function checkConfig(
  value: unknown,
): { entries: readonly ConfigEntry[] } | { problems: readonly string[] } {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) return { problems: ["it is an empty list"] };
  const problems = list.flatMap((entry, index) => {
    const prefix = Array.isArray(value) ? `entry ${index + 1}: ` : "";
    return problemsOf(entry).map((problem) => prefix + problem);
  });
  return problems.length > 0
    ? { problems }
    : { entries: list as readonly ConfigEntry[] };
}

function problemsOf(entry: unknown): string[] {
  if (!isPlainObject(entry)) {
    return [`expected an object, not ${describe(entry)}`];
  }
  const options = entry as Readonly<Record<string, unknown>>;
  // Options may also be inherited, as from `Object.create(common)`.
  const names = new Set([...Object.keys(entry), ...Object.keys(kinds)]);
  return [...names].flatMap((name) => {
    if (!Object.hasOwn(kinds, name)) {
      const meant = nearestName(name, Object.keys(kinds));
      return [
        `there is no option "${name}"${meant === undefined ? "" : `; did you mean "${meant}"?`}`,
      ];
    }
    const kind = kinds[name as keyof ConfigEntry];
    const value = options[name];
    if (value === undefined || kind.accepts(value)) return [];
    return [`"${name}" must be ${kind.expected}, not ${describe(value)}`];
  });
}

/**
 * Whether a value is a plain object. The contents of others, such as a `Map`, are not properties and would be ignored.
 */
function isPlainObject(value: unknown): value is object {
  return tagOf(value) === "Object";
}

/** The tag of a value in JavaScript: `Object`, `Map`, `Null`. */
function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "a list";
  if (typeof value === "function") return "a function";
  if (typeof value !== "object") return JSON.stringify(value);
  return isPlainObject(value) ? "an object" : `a ${tagOf(value)}`;
}
