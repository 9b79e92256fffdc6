import type { Io } from "./io.js";

/**
 * Shows a line to those who wait for long, as long as work goes on, and takes it away however that ends. Nothing where nobody is looking.
 *
 * @returns what the work gives.
 */
export async function whileShowing<T>(
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
