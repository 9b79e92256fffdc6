import { fstatSync } from "node:fs";

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
    cwd: process.cwd(),
    env: process.env,
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    onStop,
  };
}

function outputOf(stream: {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}): Output {
  return {
    write: (text) => {
      stream.write(text);
    },
    isTerminal: stream.isTTY === true,
  };
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
  try {
    const input = fstatSync(0);
    return input.isFIFO() || input.isSocket();
  } catch {
    return false;
  }
}
