import { statSync } from "node:fs";
import { watch } from "chokidar";

/** A running watch. */
export interface Watching {
  /**
   * Whether every watched directory is still the one that was at its path at the last call, or when the watch started.
   * chokidar does not notice changes in a directory that was replaced at once, as when all dependencies are fetched
   * again; a new watch does.
   */
  isCurrent(): boolean;
  close(): Promise<void>;
}

/**
 * Watches directories recursively. This is a separate module because it is loaded on demand, and it imports no other
 * module of the command, so that the rest can be bundled without regard to it.
 *
 * @param ignored - whether to ignore an absolute path.
 * @param changed - called with the path of each file that is added, changed or removed, and of each directory that is
 *   removed.
 * @param failed - called with the message of each error of the watcher.
 * @returns once all paths are being watched.
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

/** The inode, which distinguishes a directory from another one at the same path; `undefined` if it cannot be read. */
function inodeOf(path: string): number | undefined {
  try {
    return statSync(path).ino;
  } catch {
    return undefined;
  }
}
