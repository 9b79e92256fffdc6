import { Option, type Command } from "commander";
import { failsOn, printDiagnostics } from "./diagnostics.js";
import { collectList, formats, type Format } from "./options.js";
import {
  addConfigOptions,
  configurationHelp,
  decideInputs,
  type InputFlags,
} from "./inputs.js";
import { loadWit } from "./pipeline.js";
import type { Action, Bind } from "./run.js";

interface CheckFlags extends InputFlags {
  readonly format: Format;
}

/** Adds `wit2ts check`. */
export function checkCommand(program: Command, bind: Bind): void {
  const command = program
    .command("check")
    .summary("report the problems in WIT")
    .description(
      `Reports every problem in WIT and writes nothing. Fails if there is an error; warnings do not count.\n\n${configurationHelp}`,
    )
    .argument(
      "[wit]",
      'a WIT file, or a directory of WIT files with its deps (default: "wit")',
    )
    .option(
      "--features <names>",
      "take in the unstable items of these features",
      collectList,
    )
    .option("--all-features", "take in all unstable items")
    .addOption(
      new Option("--format <format>", "how problems are written")
        .choices(formats)
        .default("text"),
    );
  addConfigOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  $ wit2ts check                         what is configured, or wit/
  $ wit2ts check interfaces/net.wit
  $ wit2ts check --format github         annotations on a pull request`,
    )
    .action(bind(check));
}

const check: Action<[string | undefined, CheckFlags]> = async (
  io,
  wit,
  flags,
) => {
  const inputs = await decideInputs(io.cwd, wit, flags);
  const diagnostics = inputs.flatMap(
    (input) => loadWit(input.wit, io.cwd, input).diagnostics,
  );
  printDiagnostics(diagnostics, {
    format: flags.format,
    output: io.stdout,
    env: io.env,
  });
  return failsOn(diagnostics) ? 1 : 0;
};
