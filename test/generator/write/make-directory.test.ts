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

test("makes those above it", () => {
  makeDirectory(join(root, "a/b/c"));
  expect(existsSync(join(root, "a/b/c"))).toBe(true);
});

test("leaves what is there", () => {
  makeDirectory(join(root, "a"));
  makeDirectory(join(root, "a"));
  makeDirectory(".");
  makeDirectory("/");
});

test("does not take a file for a directory", () => {
  writeFileSync(join(root, "file"), "");
  const wrong = (path: string) => () => {
    makeDirectory(join(root, path));
  };
  expect(wrong("file")).toThrow(/EEXIST/);
  expect(wrong("file/inside")).toThrow(/ENOTDIR/);
});

test("takes a link to a directory for one, and not a link to nothing", () => {
  symlinkSync(root, join(root, "here"));
  makeDirectory(join(root, "here"));
  symlinkSync(join(root, "nothing"), join(root, "nowhere"));
  expect(() => {
    makeDirectory(join(root, "nowhere"));
  }).toThrow(/EEXIST/);
});

test.skipIf(!existsSync("/proc/self"))(
  "gives up where a directory says it is not there itself, as /proc does",
  () => {
    expect(() => {
      makeDirectory("/proc/wit2ts/a");
    }).toThrow(/ENOENT/);
  },
);
