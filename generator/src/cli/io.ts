import { fstatSync, type Stats } from "node:fs";
import type { Writable } from "node:stream";
import { explainSystemError } from "../failure.js";

/** A stream that the command writes to. */
export interface Output {
  write(text: string): void;
  /** Whether the stream is a terminal. */
  readonly isTerminal: boolean;
}

/** Everything the command uses of the process it runs in, so that tests can substitute it. */
export interface Io {
  /** The directory that relative paths are resolved against. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Receives the requested output. */
  readonly stdout: Output;
  /** Receives messages about the run. */
  readonly stderr: Output;
  /** Calls `stop` when a command that runs indefinitely should end. Returns a function that removes the listener. */
  onStop(stop: () => void): () => void;
}

/** The streams, working directory and signals of the current process. */
export function processIo(): Io {
  return {
    get cwd() {
      try {
        return process.cwd();
      } catch (error) {
        // The working directory no longer exists.
        throw explainSystemError("find the working directory", error);
      }
    },
    env: process.env,
    stdout: new StandardOutput(1, () => process.stdout),
    stderr: new StandardOutput(2, () => process.stderr),
    onStop,
  };
}

/** `process.stdout` or `process.stderr`. */
type Stream = Writable & { readonly isTTY?: boolean };

/**
 * A standard stream that is opened on first use: opening one takes Node longer than generating from a small WIT file.
 */
class StandardOutput implements Output {
  readonly #descriptor: number;
  readonly #open: () => Stream;
  #opened: Stream | undefined;

  constructor(descriptor: number, open: () => Stream) {
    this.#descriptor = descriptor;
    this.#open = open;
  }

  write(text: string): void {
    this.#stream.write(text);
  }

  get isTerminal(): boolean {
    return !isFileOrPipe(this.#descriptor) && this.#stream.isTTY === true;
  }

  get #stream(): Stream {
    if (this.#opened === undefined) {
      this.#opened = this.#open();
      // A reader that closes its end early, such as `head`, is not an error, and no more output can reach it.
      this.#opened.on("error", (error: NodeJS.ErrnoException) => {
        if (error.code !== "EPIPE") fail(this.#descriptor, error);
      });
    }
    return this.#opened;
  }
}

/** Sets exit code 1 because output was lost. A failure of standard output is also reported on standard error. */
function fail(descriptor: number, error: Error): void {
  const failure = explainSystemError("write the output", error);
  if (descriptor === 1 && failure instanceof Error)
    process.stderr.write(`error: ${failure.message}\n`);
  process.once("exit", () => (process.exitCode = 1));
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function onStop(stop: () => void): () => void {
  for (const signal of signals) process.on(signal, stop);
  const { stdin } = process;
  const listens = endMeansStop();
  if (listens) stdin.once("end", stop).resume();
  return () => {
    for (const signal of signals) process.off(signal, stop);
    if (!listens) return;
    stdin.off("end", stop).pause();
    // While the other end of a pipe stays open, stdin would keep the process alive.
    stdin.destroy();
  };
}

/**
 * Whether the end of stdin means that the parent process has gone: true for a terminal, a pipe or a socket, but not for
 * `/dev/null` or a file, which is at its end from the start or soon after.
 */
function endMeansStop(): boolean {
  if (process.stdin.isTTY) return true;
  const input = statOf(0);
  return input !== undefined && (input.isFIFO() || input.isSocket());
}

/** Whether a file descriptor is certainly not a terminal. */
function isFileOrPipe(descriptor: number): boolean {
  const stats = statOf(descriptor);
  return (
    stats !== undefined &&
    (stats.isFile() || stats.isFIFO() || stats.isSocket())
  );
}

/**
 * The result of fstat for a file descriptor. `undefined` if it fails: the descriptor may be closed, and Windows does
 * not support consoles.
 */
function statOf(descriptor: number): Stats | undefined {
  try {
    return fstatSync(descriptor);
  } catch {
    return undefined;
  }
}
