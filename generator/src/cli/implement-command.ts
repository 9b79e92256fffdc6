import { type Command, Option } from "commander";
import { collectList, type ConfigFlag } from "./options.js";
import type { Bind } from "./run.js";
import { implementAction } from "./implement.js";

/** The options of `implement`. */
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

/** Adds `wit2ts implement`. */
export function implementCommand(program: Command, bind: Bind): void {
  program
    .command("implement")
    .summary("write or complete an implementation of an interface")
    .description(
      "Writes the skeleton of an implementation of a WIT interface, or completes one: what is missing is added at the end, " +
        "and what somebody wrote stays as it is. Every function that is added throws until it is filled in.",
    )
    .argument(
      "<interface>",
      "the interface, such as scheduler:core-libs/socket, or just socket",
    )
    .requiredOption(
      "-f, --file <file>",
      "the TypeScript file to write or complete",
    )
    .option(
      "-n, --name <name>",
      "the name of the class or object (default: after the file)",
    )
    .addOption(
      new Option("--as <form>", "what a new implementation becomes")
        .choices(["class", "object"])
        .default("class"),
    )
    .addOption(
      new Option(
        "--contract <contract>",
        "which contract to implement (default: async if it is generated)",
      ).choices(["sync", "async"]),
    )
    .option("--wit <path>", 'the WIT file or directory (default: "wit")')
    .option(
      "-o, --out <directory>",
      'where the generated TypeScript is (default: "generated")',
    )
    .option(
      "--features <names>",
      "take in the unstable items of these features",
      collectList,
    )
    .option("--all-features", "take in all unstable items")
    .option("--dry-run", "write nothing; print the file as it would be")
    .option("-c, --config <file>", "the configuration file")
    .option("--no-config", "look for no configuration file")
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
