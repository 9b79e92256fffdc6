/**
 * Writes directly to the file descriptor of a socket, as Node itself does below its streams and datagram sockets. The
 * result is known synchronously, and no request object is allocated.
 *
 * The descriptor is only closed on this thread, and Node's handle of the socket has the descriptor until then. So it is
 * read from the handle for each write, and never cached.
 */
import { writeSync } from "node:fs";

/** Node's internal handle of a socket. `fd` is the file descriptor on systems that have them, and -1 after `close`. */
export interface SystemHandle {
  readonly fd?: number;
  close(...values: unknown[]): unknown;
}

/** Whether `fd` is a file descriptor. On Windows it is not one, and other runtimes have a number of their own or none. */
const hasDescriptors =
  process.platform !== "win32" &&
  process.versions["deno"] === undefined &&
  process.versions["bun"] === undefined;

/**
 * Writes as much as the kernel takes immediately. No earlier data may be left in Node's own queue.
 *
 * @param handle - Node's handle of a connected socket; `null` or `undefined` if it is closed or unknown.
 * @param data - at least one byte: with none, the result 0 would be ambiguous.
 * @returns the number of bytes that the kernel took; 0 if it takes none now, or if the caller has to write through Node,
 * which then also reports any error.
 * @throws the error of the system call, with its code.
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
