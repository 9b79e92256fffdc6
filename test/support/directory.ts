import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { onTestFinished } from "vitest";

/** A temporary directory of one test, removed when the test has finished. */
export interface TestDirectory {
  /** The absolute path. */
  readonly path: string;
  /** The absolute path of a file in it. */
  at(...parts: string[]): string;
  /** Writes a file, and creates its parent directories. */
  write(path: string, text: string): void;
  /** The text of a file. */
  read(path: string): string;
  /** The texts of all files in it, by relative path with `/`, sorted. */
  files(): Record<string, string>;
}

/** Creates a directory with the given files, by relative path. */
export function testDirectory(
  files: Readonly<Record<string, string>> = {},
): TestDirectory {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "wit2ts-test-")));
  onTestFinished(() => {
    rmSync(path, { recursive: true, force: true });
  });
  const directory: TestDirectory = {
    path,
    at: (...parts) => join(path, ...parts),
    write: (name, text) => {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), text);
    },
    read: (name) => readFileSync(join(path, name), "utf8"),
    files: () => {
      const names = filesIn(path)
        .map((file) => relative(path, file).split(sep).join("/"))
        .sort();
      return Object.fromEntries(
        names.map((name) => [name, directory.read(name)]),
      );
    },
  };
  for (const [name, text] of Object.entries(files)) directory.write(name, text);
  return directory;
}

/**
 * The files in a directory and its subdirectories. Does not follow symbolic links, unlike `recursive` in some releases
 * of Node.
 */
function filesIn(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    return entry.isFile() ? [path] : [];
  });
}
