import { Option, type Command } from "commander";
import { importExtensions, modes, targets } from "../emit/options.js";
import {
  collectList,
  formats,
  type ConfigFlag,
  type EntryFlags,
  type Format,
} from "./options.js";
import type { Bind } from "./run.js";
import { generateAction } from "./generate.js";
import { watchAction } from "./watch.js";

/** The options of `wit2ts generate`. */
export interface GenerateFlags extends EntryFlags {
  readonly check?: true;
  readonly dryRun?: true;
  readonly stdout?: true;
  readonly watch?: true;
  readonly format: Format;
  readonly verbose?: true;
  readonly config?: ConfigFlag;
}

/** Adds the `wit2ts generate` subcommand. */
export function generateCommand(program: Command, bind: Bind): void {
  program
    .command("generate")
    .summary("generate TypeScript from WIT")
    .description(
      "Generates TypeScript from WIT: types, values, contracts and descriptors, with one module for each interface and world.\n\n" +
        "Options that are not given are read from wit2ts.config.{js,mjs,json} or the key wit2ts in package.json, if present.",
    )
    .argument(
      "[wit]",
      'a WIT file, or a directory of WIT files with its deps (default: "wit")',
    )
    .option(
      "-o, --out <directory>",
      'the output directory (default: "generated")',
    )
    .addOption(
      new Option(
        "--mode <mode>",
        "which contracts to generate: blocking (sync), asynchronous (async), or both (default: both)",
      ).choices(modes),
    )
    .option(
      "--async <patterns>",
      "functions to make asynchronous in any mode, such as 'wasi:http/*#handle'",
      collectList,
    )
    .addOption(
      new Option(
        "--target <target>",
        "generate for the host of a component, or for the guest inside it (default: host)",
      ).choices(targets),
    )
    .option(
      "--world <names>",
      "generate only these worlds and what they need",
      collectList,
    )
    .option(
      "--interfaces <patterns>",
      "generate only these interfaces, such as socket or 'wasi:io/*', and what they use",
      collectList,
    )
    .option(
      "--features <names>",
      "include the unstable items of these features",
      collectList,
    )
    .option("--all-features", "include all unstable items")
    .addOption(
      new Option(
        "--import-extension <extension>",
        "the extension with which files import each other; use ts for Node, Deno and others that run TypeScript directly (default: js)",
      ).choices(importExtensions),
    )
    .addOption(
      new Option(
        "--check",
        "write nothing; fail if the output is out of date",
      ).conflicts(["dryRun", "stdout", "watch"]),
    )
    .addOption(
      new Option(
        "--dry-run",
        "write nothing; list the files that would be written",
      ).conflicts(["stdout", "watch"]),
    )
    .addOption(
      new Option(
        "--stdout",
        "write nothing; print the files to standard output",
      ).conflicts(["watch", "out"]),
    )
    .option("-w, --watch", "regenerate when the WIT changes")
    .addOption(
      new Option("--format <format>", "output format for problems")
        .choices(formats)
        .default("text"),
    )
    .option(
      "-v, --verbose",
      "list all files, and all names that had to be changed",
    )
    .option("-c, --config <file>", "the configuration file")
    .option("--no-config", "do not look for a configuration file")
    .addHelpText(
      "after",
      `
Separate names and patterns by commas, or repeat the option. In a pattern, * matches anything and
{a,b} matches a or b. Versions may be omitted. Write a function of a resource as in
'wasi:http/types#fields.get'.

Examples:
  $ wit2ts generate                             from wit/ to generated/
  $ wit2ts generate wit --out src/generated
  $ wit2ts generate --check                     in CI: fail if the committed output is stale
  $ wit2ts generate --watch --mode async
  $ wit2ts generate wit --world proxy --stdout
  $ wit2ts generate wit --target guest --out types`,
    )
    .action(
      bind((io, wit: string | undefined, flags: GenerateFlags) =>
        (flags.watch === true ? watchAction : generateAction)(io, wit, flags),
      ),
    );
}
