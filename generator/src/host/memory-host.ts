import type { Host, PathKind } from "./host.js";

/**
 * Creates a file system in memory, for tests and for environments without a disk, such as a browser.
 *
 * @param files - the contents of each file, keyed by path. A directory exists if it contains a file.
 * @returns a host for `loadSources`.
 */
export function memoryHost(
  files: Readonly<Record<string, string | Uint8Array>>,
): Host {
  const contents = new Map<string, string | Uint8Array>();
  const directories = new Map<string, Set<string>>([["", new Set()]]);
  for (const [path, content] of Object.entries(files)) {
    const parts = normalized(path).split("/");
    contents.set(parts.join("/"), content);
    for (let depth = 0; depth < parts.length; depth++) {
      const directory = parts.slice(0, depth).join("/");
      const names = directories.get(directory) ?? new Set();
      names.add(parts[depth] ?? "");
      directories.set(directory, names);
    }
  }
  return {
    kind(path): PathKind | undefined {
      const name = normalized(path);
      if (contents.has(name)) return "file";
      return directories.has(name) ? "directory" : undefined;
    },
    list(path) {
      const names = directories.get(normalized(path));
      if (names === undefined) throw new Error("not a directory");
      return [...names];
    },
    read(path) {
      const content = contents.get(normalized(path));
      if (content === undefined) throw new Error("no such file");
      return typeof content === "string"
        ? new TextEncoder().encode(content)
        : content;
    },
  };
}

/** Resolves `.` and `..` in a path, and removes leading, trailing and repeated slashes. */
function normalized(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}
