import type { Io } from "./io.js";

/**
 * Shows a progress line on standard error while work is going on, and erases it when the work ends or fails. Shows
 * nothing if standard error is not a terminal.
 *
 * @returns the result of the work.
 */
export async function withProgress<T>(
  { stderr }: Io,
  text: string,
  work: () => Promise<T>,
): Promise<T> {
  if (!stderr.isTerminal) return work();
  stderr.write(`${text} …`);
  try {
    return await work();
  } finally {
    stderr.write("\r\u001b[2K");
  }
}
