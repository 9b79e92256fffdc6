import { Option, type Command } from "commander";
import {
  collectList,
  resolveEntries,
  formats,
  type ConfigFlag,
  type Entry,
  type Format,
} from "./options.js";
import { requirePath, type FeatureFlags } from "./pipeline.js";

/** The options of commands that read WIT and write no files. */
export interface InputFlags extends FeatureFlags {
  readonly format: Format;
  readonly config?: ConfigFlag;
}

/** The WIT to read, and the features whose unstable items are included. */
export type Input = Pick<Entry, "wit" | "features" | "allFeatures">;

/** What the help of these commands says about the configuration. */
export const configurationHelp =
  "Without a path, reads the inputs configured for `wit2ts generate`, each with its configured features.";

/** Adds the argument and options that select the WIT to read and the format of diagnostics. */
export function addInputOptions(command: Command): Command {
  return command
    .argument(
      "[wit]",
      'a WIT file, or a directory of WIT files with its deps (default: "wit")',
    )
    .option(
      "--features <names>",
      "include the unstable items of these features",
      collectList,
    )
    .option("--all-features", "include all unstable items")
    .addOption(
      new Option("--format <format>", "output format for problems")
        .choices(formats)
        .default("text"),
    )
    .option("-c, --config <file>", "the configuration file")
    .option("--no-config", "do not look for a configuration file");
}

/**
 * Decides what to read: the given path, or else the configured inputs, without duplicates. With a path, the
 * configuration is read only if `--config` names one.
 *
 * @throws `Failure` if a path does not exist, or the configuration is invalid.
 */
export async function resolveInputs(
  cwd: string,
  wit: string | undefined,
  { features, allFeatures, config }: InputFlags,
): Promise<readonly Input[]> {
  const flags = {
    ...(features && { features }),
    ...(allFeatures !== undefined && { allFeatures }),
  };
  const { entries } = await resolveEntries(
    cwd,
    wit,
    flags,
    wit === undefined ? config : (config ?? false),
  );
  const distinct = new Map<string, Input>();
  for (const { wit, features, allFeatures } of entries) {
    requirePath(cwd, wit);
    const input = { wit, features, allFeatures };
    distinct.set(JSON.stringify(input), input);
  }
  return [...distinct.values()];
}
