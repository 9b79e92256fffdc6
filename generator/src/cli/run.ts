import { Command, CommanderError } from "commander";
import { Failure } from "../failure.js";
import { version } from "../version.js";
import { checkCommand } from "./check-command.js";
import { painter } from "./colours.js";
import { generateCommand } from "./generate-command.js";
import { implementCommand } from "./implement-command.js";
import { inspectCommand } from "./inspect-command.js";
import type { Io } from "./io.js";
import { transpileCommand } from "./transpile-command.js";

/** 0: success. 1: a problem with the input or the files on disk. 2: wrong usage. 70: a bug in wit2ts. */
export type ExitCode = 0 | 1 | 2 | 70;

/** What a command does after its options have been parsed. */
export type Action<Arguments extends unknown[]> = (
  io: Io,
  ...args: Arguments
) => Promise<ExitCode>;

/**
 * Runs the command.
 *
 * @param argv - the arguments, without the program and the script.
 * @returns the exit code. Never throws, and never ends the process.
 */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  /** Wraps an action for commander, and records its exit code. */
  const bind =
    <Arguments extends unknown[]>(action: Action<Arguments>) =>
    async (...args: Arguments): Promise<void> => {
      exitCode = await action(io, ...args);
    };
  try {
    await createProgram(io, bind).parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    return report(error, argv, io);
  }
}

/** Turns an action into a function that commander can call. */
export type Bind = <Arguments extends unknown[]>(
  action: Action<Arguments>,
) => (...args: Arguments) => Promise<void>;

const commands: readonly {
  readonly name: string;
  readonly add: (program: Command, bind: Bind) => void;
}[] = [
  { name: "generate", add: generateCommand },
  { name: "check", add: checkCommand },
  { name: "inspect", add: inspectCommand },
  { name: "implement", add: implementCommand },
  { name: "transpile", add: transpileCommand },
];

function createProgram(io: Io, bind: Bind): Command {
  const program = new Command("wit2ts")
    .description(
      "Generates TypeScript from WIT, the interface language of WebAssembly components.",
    )
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        io.stdout.write(text);
      },
      writeErr: (text) => {
        io.stderr.write(text);
      },
      // Wrong usage is reported by `report`, in one line.
      outputError: () => {},
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp({ helpWidth: 100 })
    .addHelpText(
      "after",
      "\nRun `wit2ts <command> --help` for the options of a command, with examples.",
    );
  for (const { add } of commands) add(program, bind);
  return program;
}

function report(error: unknown, argv: readonly string[], io: Io): ExitCode {
  const paint = painter(io.stderr, io.env);
  const say = (text: string): void => {
    io.stderr.write(`${paint("red", "error:")} ${text}\n`);
  };
  if (error instanceof CommanderError) {
    // Commander also throws after `--help` and `--version`, which are not errors.
    if (error.exitCode === 0) return 0;
    if (error.code !== "commander.help") say(usageMessage(error.message, argv));
    return 2;
  }
  if (error instanceof Failure) {
    say(error.message);
    return error.exitCode;
  }
  const missing = missingPackage(error);
  if (missing !== undefined) {
    say(
      `wit2ts depends on the package ${missing}, which is not installed: reinstall wit2ts with its dependencies`,
    );
    return 1;
  }
  const text =
    error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  say(
    `this is a bug in wit2ts ${version}: ${text.replaceAll(/\s+/g, " ")}; please report it with the input that caused it` +
      (io.env["WIT2TS_DEBUG"] === undefined
        ? " (WIT2TS_DEBUG=1 shows where it happened)"
        : ""),
  );
  if (io.env["WIT2TS_DEBUG"] !== undefined && error instanceof Error)
    io.stderr.write(`${error.stack ?? ""}\n`);
  return 70;
}

/** The dependency that Node could not find, if that is the cause of the error: the installation is incomplete. */
function missingPackage(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const [, name] =
    /^Cannot find (?:module|package) '([^']+)'/.exec(error.message) ?? [];
  return name !== undefined && dependencies.has(name) ? name : undefined;
}

/** Dependencies that are not bundled but loaded on demand. */
const dependencies: ReadonlySet<string> = new Set(["prettier", "ts-morph"]);

/** Commander's message on one line, with a pointer to the relevant help. */
function usageMessage(message: string, argv: readonly string[]): string {
  const text = message
    .replace(/^error: /, "")
    .replaceAll(/\s*\n\s*/g, " ")
    .replace(/\.$/, "");
  const command = commands.find(({ name }) => name === argv[0])?.name;
  return `${text}; see \`wit2ts ${command === undefined ? "" : `${command} `}--help\``;
}
