import type { Io } from "../../generator/src/cli/io.js";
import { run } from "../../generator/src/cli/run.js";

/** The result of a run of the command. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of a run, in addition to its arguments. */
export interface CommandOptions {
  readonly cwd: string;
  readonly env?: Io["env"];
  /** Whether its output streams are treated as terminals. */
  readonly isTerminal?: boolean;
}

/** A run of the command in this process, whose output can be read while it runs, and which can be stopped. */
export interface RunningCommand {
  readonly result: Promise<CommandResult>;
  stop(): void;
  /** Everything written so far to both streams. */
  output(): string;
}

/** Runs the command in this process until it exits. */
export function runCommand(
  argv: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  return startCommand(argv, options).result;
}

/** Starts the command in this process. */
export function startCommand(
  argv: readonly string[],
  options: CommandOptions,
): RunningCommand {
  const { cwd, env = {}, isTerminal = false } = options;
  let stdout = "";
  let stderr = "";
  let both = "";
  let stop = (): void => {};
  const io: Io = {
    cwd,
    env,
    stdout: {
      isTerminal,
      write: (text) => {
        stdout += text;
        both += text;
      },
    },
    stderr: {
      isTerminal,
      write: (text) => {
        stderr += text;
        both += text;
      },
    },
    onStop: (callback) => {
      stop = callback;
      return () => {};
    },
  };
  return {
    result: run(argv, io).then((exitCode) => ({ exitCode, stdout, stderr })),
    stop: () => {
      stop();
    },
    output: () => both,
  };
}
