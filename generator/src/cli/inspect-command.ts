import { Option, type Command } from "commander";
import { renderTree } from "../inspect/tree.js";
import { toJson } from "../model/to-json.js";
import { painter } from "./colours.js";
import { failsOn, printDiagnostics } from "./diagnostics.js";
import { collectList, formats, type Format } from "./options.js";
import { loadWit, witPath } from "./pipeline.js";
import type { Action, Bind } from "./run.js";

interface InspectFlags {
  readonly json?: true;
  readonly features?: readonly string[];
  readonly allFeatures?: true;
  readonly format: Format;
}

/** Adds `wit2ts inspect`. */
export function inspectCommand(program: Command, bind: Bind): void {
  program
    .command("inspect")
    .summary("show what WIT resolves to")
    .description(
      "Shows what WIT resolves to: packages, worlds, interfaces, types and functions, as a tree, or as the JSON that " +
        "`wasm-tools component wit --json` prints.",
    )
    .argument(
      "[wit]",
      'a WIT file, or a directory of WIT files with its deps (default: "wit")',
    )
    .option("--json", "print the resolved model as JSON")
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
    )
    .addHelpText(
      "after",
      `
Examples:
  $ wit2ts inspect                       wit/
  $ wit2ts inspect wit --json | jq '.worlds[].name'`,
    )
    .action(bind(inspect));
}

const inspect: Action<[string | undefined, InspectFlags]> = async (
  io,
  wit,
  flags,
) => {
  const path = witPath(io.cwd, wit);
  const { model, diagnostics } = loadWit(path, io.cwd, flags);
  printDiagnostics(diagnostics, {
    format: flags.format,
    output: io.stderr,
    env: io.env,
  });
  if (model === undefined || failsOn(diagnostics)) return 1;
  const paint = painter(io.stdout, io.env);
  const text =
    flags.json === true
      ? `${JSON.stringify(toJson(model), undefined, 2)}
`
      : renderTree(model, {
          paint: {
            word: (word) => paint("bold", word),
            faint: (faint) => paint("dim", faint),
          },
        });
  io.stdout.write(text);
  return 0;
};
