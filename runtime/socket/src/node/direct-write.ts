/**
 * Writing to a socket's file descriptor, as Node itself does below its streams and datagrams: the system's verdict is there at once, and
 * no object is made for the request.
 *
 * The thread is the one that closes the descriptor, and what Node holds of a socket knows its descriptor until then; so it is asked for
 * each time, and never kept.
 */
import { writeSync } from "node:fs";

/** What Node holds of a socket; with a file descriptor where the system has them, and -1 once it is closed. */
export interface SystemHandle {
  readonly fd?: number;
  close(...values: unknown[]): unknown;
}

/** Other runtimes have numbers of their own there, or none. */
const hasDescriptors =
  process.platform !== "win32" &&
  process.versions["deno"] === undefined &&
  process.versions["bun"] === undefined;

/**
 * Writes as much as the system takes at once. Nothing that was written before may be waiting in a queue of Node's.
 *
 * @param handle - what Node holds of a connected socket; `null` or `undefined` once that is closed, or where nobody knows it.
 * @param data - at least one byte: of none, nobody could tell whether they were taken.
 * @returns how many bytes the system took; 0 if it takes none now, or if Node has to be asked, which says what is the matter.
 * @throws what the system says, with its code.
 */
export function writeDirectly(
  handle: SystemHandle | null | undefined,
  data: Uint8Array,
): number {
  const descriptor = hasDescriptors ? (handle?.fd ?? -1) : -1;
  if (descriptor < 0) return 0;
  try {
    return writeSync(descriptor, data);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return 0;
    throw error;
  }
}
