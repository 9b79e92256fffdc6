import type { Io } from "../../generator/src/cli/io.js";
import { run } from "../../generator/src/cli/run.js";

/** What a run of the command came to. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run it, beyond the arguments. */
export interface CommandOptions {
  readonly cwd: string;
  readonly env?: Io["env"];
  /** Whether its streams pretend to be terminals. */
  readonly isTerminal?: boolean;
}

/** A run of the command in this process, whose output can be watched, and which can be told to stop. */
export interface RunningCommand {
  readonly result: Promise<CommandResult>;
  stop(): void;
  /** All that was written so far, on both streams. */
  output(): string;
}

/** Runs the command in this process to its end. */
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
