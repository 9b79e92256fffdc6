import {
  existsSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeDirectory } from "../../../generator/src/write/make-directory.js";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "wit2ts-"));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

test("makeDirectory creates missing parent directories", () => {
  makeDirectory(join(root, "a/b/c"));
  expect(existsSync(join(root, "a/b/c"))).toBe(true);
});

test("makeDirectory accepts directories that exist", () => {
  makeDirectory(join(root, "a"));
  makeDirectory(join(root, "a"));
  makeDirectory(".");
  makeDirectory("/");
});

test("makeDirectory throws if the path or a parent is a file", () => {
  writeFileSync(join(root, "file"), "");
  const wrong = (path: string) => () => {
    makeDirectory(join(root, path));
  };
  expect(wrong("file")).toThrow(/EEXIST/);
  expect(wrong("file/inside")).toThrow(/ENOTDIR/);
});

test("makeDirectory accepts a symbolic link to a directory, but not a dangling one", () => {
  symlinkSync(root, join(root, "here"));
  makeDirectory(join(root, "here"));
  symlinkSync(join(root, "nothing"), join(root, "nowhere"));
  expect(() => {
    makeDirectory(join(root, "nowhere"));
  }).toThrow(/EEXIST/);
});

test.skipIf(!existsSync("/proc/self"))(
  "makeDirectory throws ENOENT if a parent exists but refuses new entries with ENOENT, like /proc",
  () => {
    expect(() => {
      makeDirectory("/proc/wit2ts/a");
    }).toThrow(/ENOENT/);
  },
);
