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

/** A directory of a test's own, removed when the test has finished. */
export interface TestDirectory {
  /** Absolute. */
  readonly path: string;
  /** Joins a relative path to it. */
  at(...parts: string[]): string;
  /** Writes a file, and the directories it stands in. */
  write(path: string, text: string): void;
  /** The text of a file. */
  read(path: string): string;
  /** Every file in it, by path with `/`, sorted, with its text. */
  files(): Record<string, string>;
}

/** Makes a directory with some files, by relative path. */
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

/** The files in a directory and below; links are not followed, which `recursive` of Node does in some releases. */
function filesIn(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    return entry.isFile() ? [path] : [];
  });
}
