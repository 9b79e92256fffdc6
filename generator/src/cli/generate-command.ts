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

/** The options of `generate`. */
export interface GenerateFlags extends EntryFlags {
  readonly check?: true;
  readonly dryRun?: true;
  readonly stdout?: true;
  readonly watch?: true;
  readonly format: Format;
  readonly verbose?: true;
  readonly config?: ConfigFlag;
}

/** Adds `wit2ts generate`. */
export function generateCommand(program: Command, bind: Bind): void {
  program
    .command("generate")
    .summary("generate TypeScript from WIT")
    .description(
      "Generates TypeScript from WIT: types, values, contracts and descriptors, one module for each interface and world.\n\n" +
        "Options that are not given come from wit2ts.config.{js,mjs,json} or the key wit2ts of package.json, where there is one.",
    )
    .argument(
      "[wit]",
      'a WIT file, or a directory of WIT files with its deps (default: "wit")',
    )
    .option(
      "-o, --out <directory>",
      'where the TypeScript goes (default: "generated")',
    )
    .addOption(
      new Option(
        "--mode <mode>",
        "which contracts: blocking, asynchronous, or both (default: both)",
      ).choices(modes),
    )
    .option(
      "--async <patterns>",
      "functions that are asynchronous whatever the mode, such as 'wasi:http/*#handle'",
      collectList,
    )
    .addOption(
      new Option(
        "--target <target>",
        "for the host of a component, or the guest in it (default: host)",
      ).choices(targets),
    )
    .option(
      "--world <names>",
      "generate only these worlds, and what they need",
      collectList,
    )
    .option(
      "--interfaces <patterns>",
      "generate only these interfaces, such as socket or 'wasi:io/*', and what they need",
      collectList,
    )
    .option(
      "--features <names>",
      "take in the unstable items of these features",
      collectList,
    )
    .option("--all-features", "take in all unstable items")
    .addOption(
      new Option(
        "--import-extension <extension>",
        "how the files import each other; ts is for Node, Deno and others that run TypeScript as it is (default: js)",
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
        "write nothing; list what would be written",
      ).conflicts(["stdout", "watch"]),
    )
    .addOption(
      new Option("--stdout", "write nothing; print the files").conflicts([
        "watch",
        "out",
      ]),
    )
    .option("-w, --watch", "generate again whenever the WIT changes")
    .addOption(
      new Option("--format <format>", "how problems are written")
        .choices(formats)
        .default("text"),
    )
    .option(
      "-v, --verbose",
      "list every file, and every name that had to be changed",
    )
    .option("-c, --config <file>", "the configuration file")
    .option("--no-config", "look for no configuration file")
    .addHelpText(
      "after",
      `
Names and patterns are separated by commas, or given with the option again. In a pattern, * stands
for anything and {a,b} for a choice; versions may be left out. A function of a resource is named as
in 'wasi:http/types#fields.get'.

Examples:
  $ wit2ts generate                             from wit/ to generated/
  $ wit2ts generate wit --out src/generated
  $ wit2ts generate --check                     in CI: is what was committed up to date?
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
