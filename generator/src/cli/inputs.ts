import { Option, type Command } from "commander";
import {
  collectList,
  decideEntries,
  formats,
  type ConfigFlag,
  type Entry,
  type Format,
} from "./options.js";
import { requirePath, type FeatureFlags } from "./pipeline.js";

/** The options of commands that read WIT and write nothing. */
export interface InputFlags extends FeatureFlags {
  readonly format: Format;
  readonly config?: ConfigFlag;
}

/** What is read, and with which unstable items. */
export type Input = Pick<Entry, "wit" | "features" | "allFeatures">;

/** What the help of these commands says of the configuration. */
export const configurationHelp =
  "Without a path, reads the inputs configured for `wit2ts generate`, each with its configured features.";

/** Adds what says which WIT is read, and how problems in it are written. */
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
 * Decides what to read: the path that was given, or else the inputs that are configured, each once. A configuration has no say in a path
 * that somebody names, unless they name it as well.
 *
 * @throws `Failure` if there is nothing at a path, or the configuration is wrong.
 */
export async function decideInputs(
  cwd: string,
  wit: string | undefined,
  { features, allFeatures, config }: InputFlags,
): Promise<readonly Input[]> {
  const flags = {
    ...(features && { features }),
    ...(allFeatures !== undefined && { allFeatures }),
  };
  const { entries } = await decideEntries(
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
