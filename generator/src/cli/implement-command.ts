import { type Command, Option } from "commander";
import { collectList, type ConfigFlag } from "./options.js";
import type { Bind } from "./run.js";
import { implementAction } from "./implement.js";

/** The options of `wit2ts implement`. */
export interface ImplementFlags {
  readonly file: string;
  readonly name?: string;
  readonly as: "class" | "object";
  readonly contract?: "sync" | "async";
  readonly wit?: string;
  readonly out?: string;
  readonly features?: readonly string[];
  readonly allFeatures?: boolean;
  readonly dryRun?: true;
  readonly config?: ConfigFlag;
}

/** Adds the `wit2ts implement` subcommand. */
export function implementCommand(program: Command, bind: Bind): void {
  program
    .command("implement")
    .summary("write or complete an implementation of an interface")
    .description(
      "Writes the skeleton of an implementation of a WIT interface, or completes an existing implementation. Missing " +
        "members are added at the end; existing code is kept. Every added function throws until you implement it.",
    )
    .argument(
      "<interface>",
      "the interface, such as scheduler:core-libs/socket, or socket for short",
    )
    .requiredOption(
      "-f, --file <file>",
      "the TypeScript file to write or complete",
    )
    .option(
      "-n, --name <name>",
      "the name of the class or object (default: derived from the file name)",
    )
    .addOption(
      new Option("--as <form>", "the form of a new implementation")
        .choices(["class", "object"])
        .default("class"),
    )
    .addOption(
      new Option(
        "--contract <contract>",
        "which contract to implement (default: async if generated, otherwise sync)",
      ).choices(["sync", "async"]),
    )
    .option("--wit <path>", 'the WIT file or directory (default: "wit")')
    .option(
      "-o, --out <directory>",
      'the directory of the generated TypeScript (default: "generated")',
    )
    .option(
      "--features <names>",
      "include the unstable items of these features",
      collectList,
    )
    .option("--all-features", "include all unstable items")
    .option("--dry-run", "write nothing; print the resulting file")
    .option("-c, --config <file>", "the configuration file")
    .option("--no-config", "do not look for a configuration file")
    .addHelpText(
      "after",
      `
Examples:
  $ wit2ts implement socket --file src/my-socket.ts
  $ wit2ts implement scheduler:core-libs/http --file src/http.ts --as object --name http
  $ wit2ts implement socket --file src/my-socket.ts --dry-run`,
    )
    .action(bind(implementAction));
}
