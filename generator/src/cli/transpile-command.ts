import { Option, type Command } from "commander";
import { languages, type Language } from "../transpile/language.js";
import { formats, type Format } from "./options.js";
import type { Bind } from "./run.js";
import { transpileAction } from "./transpile.js";

/** The options of `wit2ts transpile`. */
export interface TranspileFlags {
  readonly out: string;
  readonly asyncMode: "auto" | "sync" | "jspi";
  readonly language: Language;
  readonly check?: true;
  readonly dryRun?: true;
  readonly format: Format;
  readonly verbose?: true;
}

/** Adds the `wit2ts transpile` subcommand. */
export function transpileCommand(program: Command, bind: Bind): void {
  program
    .command("transpile")
    .summary("convert a component to a typed ES module")
    .description(
      "Converts a WebAssembly component to an ES module with types, backed by real sockets. Its function `instantiate` takes the " +
        "policy and limits of the sockets and the implementations of other imports. The component exports that it returns use `Result`.\n\n" +
        "Requires jco (@bytecodealliance/jco 1.34 or a later 1.x), which does the transpiling: npm install --save-dev @bytecodealliance/jco\n\n" +
        "To run, the module needs @wit2ts/runtime; if the component imports sockets, @wit2ts/socket; and if it imports WASI, @bytecodealliance/preview2-shim (WASI 0.2) or preview3-shim (WASI 0.3). Install them as dependencies of your program, not as devDependencies: npm install @wit2ts/runtime @wit2ts/socket",
    )
    .argument("<component>", "a component in the binary format (.wasm)")
    .option("-o, --out <directory>", "the output directory", "dist")
    .addOption(
      new Option(
        "--async-mode <mode>",
        "how calls wait: sync blocks the thread, jspi suspends WebAssembly (Node 24.20 and later), auto uses jspi if this Node supports it",
      )
        .choices(["auto", "sync", "jspi"])
        .default("auto"),
    )
    .addOption(
      new Option(
        "--language <language>",
        "JavaScript with declarations, which runs directly, or TypeScript, for a project that compiles it and also copies the folder component/",
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
    .option("--dry-run", "write nothing; list the files that would be written")
    .addOption(
      new Option("--format <format>", "output format for problems")
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
