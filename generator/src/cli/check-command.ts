import type { Command } from "commander";
import { failsOn, printDiagnostics } from "./diagnostics.js";
import {
  addInputOptions,
  configurationHelp,
  resolveInputs,
  type InputFlags,
} from "./inputs.js";
import { loadWit } from "./pipeline.js";
import type { Action, Bind } from "./run.js";

/** Adds the `wit2ts check` subcommand. */
export function checkCommand(program: Command, bind: Bind): void {
  const command = program
    .command("check")
    .summary("report problems in WIT")
    .description(
      `Reports all problems in WIT and writes no files. Exits with code 1 if there is an error; warnings do not count.\n\n${configurationHelp}`,
    );
  addInputOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  $ wit2ts check                         the configured inputs, or wit/
  $ wit2ts check interfaces/net.wit
  $ wit2ts check --format github         annotate a pull request`,
    )
    .action(bind(check));
}

const check: Action<[string | undefined, InputFlags]> = async (
  io,
  wit,
  flags,
) => {
  const inputs = await resolveInputs(io.cwd, wit, flags);
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
