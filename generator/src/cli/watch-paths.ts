import { watch } from "chokidar";

/** A watch that goes on until it is closed. */
export interface Watching {
  close(): Promise<void>;
}

/**
 * Watches directories and what is below. Stands apart because it is loaded only where it is asked for, and imports nothing of
 * ours, so that the rest of the command can be bundled as if it were not there.
 *
 * @param ignored - what is not to be looked at, by absolute path.
 * @param changed - called with the path of each file that appears, changes or goes, and of each directory that goes.
 * @returns once everything is being watched.
 */
export async function watchPaths(
  directories: readonly string[],
  ignored: (path: string) => boolean,
  changed: (path: string) => void,
  failed: (reason: string) => void,
): Promise<Watching> {
  const watcher = watch([...directories], { ignoreInitial: true, ignored });
  watcher.on("all", (event, path) => {
    if (event !== "addDir") changed(path);
  });
  watcher.on("error", (error) => {
    failed(error instanceof Error ? error.message : String(error));
  });
  await new Promise<void>((resolve) => watcher.once("ready", resolve));
  return watcher;
}
