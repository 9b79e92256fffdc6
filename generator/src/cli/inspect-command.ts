import type { Command } from "commander";
import { Failure } from "../failure.js";
import { renderTree } from "../inspect/tree.js";
import { toJson } from "../model/to-json.js";
import { painter } from "./colours.js";
import { failsOn, printDiagnostics } from "./diagnostics.js";
import {
  addInputOptions,
  configurationHelp,
  resolveInputs,
  type InputFlags,
} from "./inputs.js";
import { loadWit, displayPath } from "./pipeline.js";
import type { Action, Bind } from "./run.js";

interface InspectFlags extends InputFlags {
  readonly json?: true;
}

/** Adds the `wit2ts inspect` subcommand. */
export function inspectCommand(program: Command, bind: Bind): void {
  const command = program
    .command("inspect")
    .summary("show the resolved WIT")
    .description(
      "Shows the resolved WIT (packages, worlds, interfaces, types and functions) as a tree, or as the JSON that " +
        `\`wasm-tools component wit --json\` prints.\n\n${configurationHelp}`,
    )
    .option("--json", "print the resolved model as JSON");
  addInputOptions(command)
    .addHelpText(
      "after",
      `
Examples:
  $ wit2ts inspect                       the configured inputs, or wit/
  $ wit2ts inspect wit --json | jq '.worlds[].name'`,
    )
    .action(bind(inspect));
}

const inspect: Action<[string | undefined, InspectFlags]> = async (
  io,
  wit,
  flags,
) => {
  const inputs = await resolveInputs(io.cwd, wit, flags);
  if (flags.json === true && inputs.length > 1) {
    const paths = new Set(
      inputs.map((input) => displayPath(io.cwd, input.wit)),
    );
    throw new Failure(
      `--json prints one model, but several inputs are configured: pass a WIT path, such as ${[...paths].join(" or ")}`,
      2,
    );
  }
  const resolutions = inputs.map((input) => loadWit(input.wit, io.cwd, input));
  const diagnostics = resolutions.flatMap((each) => each.diagnostics);
  printDiagnostics(diagnostics, {
    format: flags.format,
    output: io.stderr,
    env: io.env,
  });
  if (failsOn(diagnostics)) return 1;
  const paint = painter(io.stdout, io.env);
  const texts = resolutions.flatMap(({ model }) =>
    model === undefined
      ? []
      : flags.json === true
        ? `${JSON.stringify(toJson(model), undefined, 2)}\n`
        : renderTree(model, {
            paint: {
              word: (word) => paint("bold", word),
              faint: (faint) => paint("dim", faint),
            },
          }),
  );
  // Each tree shows one input; an empty line separates them.
  io.stdout.write(texts.join("\n"));
  return 0;
};
