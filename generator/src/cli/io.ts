import { fstatSync, type Stats } from "node:fs";
import type { Writable } from "node:stream";
import { explainSystemError } from "../failure.js";

/** A stream that the command writes to. */
export interface Output {
  write(text: string): void;
  /** Whether a person is looking. */
  readonly isTerminal: boolean;
}

/** All that the command knows of the process it runs in, so that tests can run it in theirs. */
export interface Io {
  /** Where relative paths start. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What was asked for. */
  readonly stdout: Output;
  /** What is said about it. */
  readonly stderr: Output;
  /** Calls back once when a command that goes on for ever is to end. Returns a function that stops listening. */
  onStop(stop: () => void): () => void;
}

/** The process's own streams, directory and signals. */
export function processIo(): Io {
  return {
    get cwd() {
      try {
        return process.cwd();
      } catch (error) {
        // Somebody removed it while a shell was in it.
        throw explainSystemError("find the working directory", error);
      }
    },
    env: process.env,
    stdout: new StandardOutput(1, () => process.stdout),
    stderr: new StandardOutput(2, () => process.stderr),
    onStop,
  };
}

/** One of the streams that Node makes for the process. */
type Stream = Writable & { readonly isTTY?: boolean };

/** A stream of the process, opened when there is something to write: that takes Node longer than a small file takes us. */
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
      // A reader that has seen enough, such as `head`, is no error, and nothing is left to be said to it.
      this.#opened.on("error", (error: NodeJS.ErrnoException) => {
        if (error.code !== "EPIPE") fail(this.#descriptor, error);
      });
    }
    return this.#opened;
  }
}

/** Makes the process fail, and say so where that can be read: what it was asked for did not arrive. */
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
    // A pipe that somebody still holds would keep the process alive.
    stdin.destroy();
  };
}

/** An input that ends means that whoever started us has gone; one that was empty all along, such as `/dev/null`, does not. */
function endMeansStop(): boolean {
  if (process.stdin.isTTY) return true;
  const input = statOf(0);
  return input !== undefined && (input.isFIFO() || input.isSocket());
}

/** Whether a descriptor certainly is no terminal. */
function isFileOrPipe(descriptor: number): boolean {
  const stats = statOf(descriptor);
  return (
    stats !== undefined &&
    (stats.isFile() || stats.isFIFO() || stats.isSocket())
  );
}

/** What the system says of a descriptor, if it says anything: it may be closed, and Windows knows nothing of a console. */
function statOf(descriptor: number): Stats | undefined {
  try {
    return fstatSync(descriptor);
  } catch {
    return undefined;
  }
}
