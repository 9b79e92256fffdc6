import { Option, type Command } from "commander";
import { languages, type Language } from "../transpile/language.js";
import { formats, type Format } from "./options.js";
import type { Bind } from "./run.js";
import { transpileAction } from "./transpile.js";

/** The options of `transpile`. */
export interface TranspileFlags {
  readonly out: string;
  readonly asyncMode: "auto" | "sync" | "jspi";
  readonly language: Language;
  readonly check?: true;
  readonly dryRun?: true;
  readonly format: Format;
  readonly verbose?: true;
}

/** Adds `wit2ts transpile`. */
export function transpileCommand(program: Command, bind: Bind): void {
  program
    .command("transpile")
    .summary("make a typed ES module of a component")
    .description(
      "Makes an ES module of a WebAssembly component, with types and real sockets behind it. Its `instantiate` takes the policy and " +
        "limits of the sockets and implementations of other imports; what it gives returns `Result`.\n\n" +
        "The work is done by jco (@bytecodealliance/jco 1.34 or a later 1.x), which has to be installed: npm install --save-dev @bytecodealliance/jco\n\n" +
        "To run, the module needs @wit2ts/runtime; where the component imports sockets, @wit2ts/socket; and where it imports WASI, @bytecodealliance/preview2-shim. Make them dependencies of your program, and not of its development alone: npm install @wit2ts/runtime @wit2ts/socket",
    )
    .argument("<component>", "a component in the binary format (.wasm)")
    .option("-o, --out <directory>", "where the module goes", "dist")
    .addOption(
      new Option(
        "--async-mode <mode>",
        "how calls wait: sync blocks the thread, jspi suspends WebAssembly (Node 24.20 and later), auto suits this Node",
      )
        .choices(["auto", "sync", "jspi"])
        .default("auto"),
    )
    .addOption(
      new Option(
        "--language <language>",
        "JavaScript with declarations, which runs as it is, or TypeScript, for a project that compiles it and copies the folder component/ along",
      )
        .choices(languages)
        .default("javascript"),
    )
    .addOption(
      new Option(
        "--check",
        "write nothing; fail if the output is out of date",
      ).conflicts("dryRun"),
    )
    .option("--dry-run", "write nothing; list what would be written")
    .addOption(
      new Option("--format <format>", "how problems are written")
        .choices(formats)
        .default("text"),
    )
    .option("-v, --verbose", "list every file")
    .addHelpText(
      "after",
      `
Examples:
  $ wit2ts transpile component.wasm --out dist
  $ wit2ts transpile component.wasm --out src/component --language typescript
  $ wit2ts transpile component.wasm --async-mode jspi

Then, for a component that exports my:app/http:
  import { instantiate } from "./dist/index.js";
  const { http } = await instantiate({ policy: { connect: ["*:80"] } });`,
    )
    .action(bind(transpileAction));
}
