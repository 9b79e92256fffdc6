import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import { loadConfig, type LoadedConfig } from "../config/load.js";
import type { ConfigEntry } from "../config/schema.js";
import { splitList } from "../emit/glob.js";
import type { ImportExtension, Mode, Target } from "../emit/options.js";
import { Failure } from "../failure.js";

/** The output format of diagnostics. */
export type Format = "text" | "json" | "github";

/** Every format, in the order in which the help lists them. */
export const formats: readonly Format[] = ["text", "json", "github"];

/** The command-line options of `generate` that apply to every entry. Those that are given override the configuration. */
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

/**
 * The configuration file to use: a path if `--config` names one, `false` for `--no-config`, `undefined` to search for
 * one.
 */
export type ConfigFlag = string | false | undefined;

/** One run of the generator, with all options resolved. */
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
 * Decides what to generate. The command line overrides the configuration file, which overrides the defaults. Paths on
 * the command line are relative to the working directory; paths in the configuration are relative to its file.
 *
 * @throws {@link Failure} if the configuration is invalid, or the command line conflicts with it.
 */
export async function resolveEntries(
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
 * Rejects an empty `--out`, usually an unset shell variable, because it would resolve to the working directory.
 *
 * @throws {@link Failure}
 */
export function refuseEmptyOut(out: string | undefined): void {
  if (out === "") throw new Failure("--out is empty; specify a directory", 2);
}

/**
 * The canonical path, with symbolic links resolved and in the letter case that the file system stores. The part of a
 * path that does not exist is appended to its nearest existing parent.
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

/** The items of a comma-separated list, without surrounding white space; empty ones are dropped. */
function trimmedList(text: string): string[] {
  return splitList(text)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** Accumulates an option that may be repeated, each time with a list. */
export function collectList(
  value: string,
  previous: readonly string[] = [],
): readonly string[] {
  const parts = trimmedList(value);
  if (parts.length === 0) throw new InvalidArgumentError("It is empty.");
  return [...previous, ...parts];
}
