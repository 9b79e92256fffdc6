import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { loadConfig, type LoadedConfig } from "../config/load.js";
import type { ConfigEntry } from "../config/schema.js";
import { splitList } from "../emit/glob.js";
import type { ImportExtension, Mode, Target } from "../emit/options.js";
import { Failure } from "../failure.js";

/** How diagnostics are written. */
export type Format = "text" | "json" | "github";

/** Every format, in the order in which help shows them. */
export const formats: readonly Format[] = ["text", "json", "github"];

/** What `generate` takes from the command line for the entries: whatever is there wins over the configuration. */
export interface EntryFlags {
  readonly out?: string;
  readonly mode?: Mode;
  readonly async?: readonly string[];
  readonly target?: Target;
  readonly world?: readonly string[];
  readonly features?: readonly string[];
  readonly allFeatures?: boolean;
  readonly interfaces?: readonly string[];
  readonly importExtension?: ImportExtension;
}

/** Where the configuration is: a path if `--config` named one, `false` after `--no-config`. */
export type ConfigFlag = string | false | undefined;

/** One run of the generator, with everything decided. */
export interface Entry {
  /** Absolute path of the WIT file or directory. */
  readonly wit: string;
  /** Absolute path of the output directory. */
  readonly out: string;
  readonly mode: Mode;
  readonly async: readonly string[];
  readonly target: Target;
  readonly world: readonly string[];
  readonly features: readonly string[];
  readonly allFeatures: boolean;
  readonly interfaces: readonly string[];
  readonly importExtension: ImportExtension;
}

/**
 * Decides what to generate: the command line, over the configuration file, over the defaults. Paths of the
 * command line are relative to the working directory, those of the configuration to its file.
 *
 * @throws {@link Failure} if the configuration is wrong, or the command line does not go with it.
 */
export async function decideEntries(
  cwd: string,
  wit: string | undefined,
  flags: EntryFlags,
  configFlag: ConfigFlag,
): Promise<{
  readonly entries: readonly Entry[];
  readonly config?: LoadedConfig;
}> {
  if (wit === "") throw new Failure("the path of the WIT is empty", 2);
  refuseEmptyOut(flags.out);
  const config =
    configFlag === false ? undefined : await loadConfig(cwd, configFlag);
  if (config === undefined)
    return { entries: [entry(cwd, wit, flags, cwd, {})] };
  const { entries, directory } = config;
  if (entries.length > 1) {
    const lone =
      wit !== undefined
        ? "a WIT path"
        : flags.out !== undefined
          ? "--out"
          : undefined;
    if (lone !== undefined) {
      throw new Failure(
        `${lone} requires a configuration with one entry, but ${config.path} has ${entries.length}: omit it, or add --no-config`,
        2,
      );
    }
  }
  const decided = entries.map((each) =>
    entry(cwd, wit, flags, directory, each),
  );
  const outs = new Set<string>();
  for (const { out } of decided) {
    const real = realPath(out);
    if (outs.has(real))
      throw new Failure(`two entries of ${config.path} write to ${out}`, 2);
    outs.add(real);
  }
  return { entries: decided, config };
}

/**
 * Refuses an empty `--out`, which would stand for the working directory: an unset variable of a shell, most often.
 *
 * @throws {@link Failure}
 */
export function refuseEmptyOut(out: string | undefined): void {
  if (out === "") throw new Failure("--out is empty; specify a directory", 2);
}

/**
 * Where a path leads, links followed, in the letters that the file system has it in. What is not there yet stands behind the nearest
 * directory that is.
 */
function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), basename(path));
  }
}

function entry(
  cwd: string,
  wit: string | undefined,
  flags: EntryFlags,
  directory: string,
  config: ConfigEntry,
): Entry {
  const path = (
    flag: string | undefined,
    configured: string | undefined,
    otherwise: string,
  ): string =>
    flag !== undefined
      ? resolve(cwd, flag)
      : resolve(directory, configured ?? otherwise);
  return {
    wit: path(wit, config.wit, "wit"),
    out: path(flags.out, config.out, "generated"),
    mode: flags.mode ?? config.mode ?? "both",
    async: flags.async ?? list(config.async),
    target: flags.target ?? config.target ?? "host",
    world: flags.world ?? list(config.world),
    features: flags.features ?? list(config.features),
    allFeatures: flags.allFeatures ?? config.allFeatures ?? false,
    interfaces: flags.interfaces ?? list(config.interfaces),
    importExtension: flags.importExtension ?? config.importExtension ?? "js",
  };
}

function list(
  value: string | readonly string[] | undefined,
): readonly string[] {
  if (value === undefined) return [];
  return typeof value === "string" ? trimmedList(value) : value;
}

/** The parts of a list as people write it: at commas, and without white space around them. */
function trimmedList(text: string): string[] {
  return splitList(text)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** Reads an option that may be given several times, each time with a list. */
export function collectList(
  value: string,
  previous: readonly string[] = [],
): readonly string[] {
  const parts = trimmedList(value);
  if (parts.length === 0) throw new InvalidArgumentError("It is empty.");
  return [...previous, ...parts];
}
