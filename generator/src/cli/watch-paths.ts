import { statSync } from "node:fs";
import { watch } from "chokidar";

/** A watch that goes on until it is closed. */
export interface Watching {
  /**
   * Whether all directories are those that are being watched. chokidar does not see what happens in a directory that took the
   * place of another at once, as when somebody fetches all dependencies again; a watch begun anew does.
   */
  isCurrent(): boolean;
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
  const known = new Map<string, number | undefined>();
  const isCurrent = (): boolean => {
    let isSame = true;
    for (const path of Object.keys(watcher.getWatched())) {
      const inode = inodeOf(path);
      if (known.has(path) && known.get(path) !== inode) isSame = false;
      known.set(path, inode);
    }
    return isSame;
  };
  isCurrent();
  return { isCurrent, close: () => watcher.close() };
}

/** What tells a directory from another of the same path; `undefined` if there is none that can be looked at. */
function inodeOf(path: string): number | undefined {
  try {
    return statSync(path).ino;
  } catch {
    return undefined;
  }
}
