import { describe, expect, test } from "vitest";
import { DiagnosticCollector } from "../../../generator/src/diagnostics/collector.js";
import type { Host } from "../../../generator/src/host/host.js";
import { loadSources } from "../../../generator/src/host/load.js";
import { memoryHost } from "../../../generator/src/host/memory-host.js";
import { nodeHost } from "../../../generator/src/host/node-host.js";
import type { Sources } from "../../../generator/src/host/sources.js";

function load(
  path: string,
  host: Host,
): {
  paths: string[][];
  codes: string[];
  sources: Sources;
  messages: string[];
} {
  const diagnostics = new DiagnosticCollector();
  const sources = loadSources(path, host, diagnostics);
  return {
    sources,
    paths: [sources.root, ...sources.dependencies].map((group) =>
      group.sources.map((source) => source.path),
    ),
    codes: diagnostics.list().map(({ code }) => code),
    messages: diagnostics.list().map(({ message }) => message),
  };
}

describe("loadSources reads", () => {
  test("a file", () => {
    expect(
      load("a.wit", memoryHost({ "a.wit": "", "deps/b.wit": "" })).paths,
    ).toEqual([["a.wit"]]);
  });

  test("a directory, with its files in the byte order of their UTF-8 paths", () => {
    const files = {
      "wit/b.wit": "",
      "wit/Z.wit": "",
      "wit/\u{1f600}.wit": "",
      "wit/\uff5e.wit": "",
      "wit/a.txt": "",
      "wit/sub/c.wit": "",
    };
    expect(load("wit", memoryHost(files)).paths).toEqual([
      ["wit/Z.wit", "wit/b.wit", "wit/\uff5e.wit", "wit/\u{1f600}.wit"],
    ]);
  });

  test("dependencies in files and directories, but not nested ones", () => {
    const files = {
      "wit/a.wit": "",
      "wit/deps/z.wit": "",
      "wit/deps/folder/one.wit": "",
      "wit/deps/folder/two.wit": "",
      "wit/deps/folder/deps/never.wit": "",
      "wit/deps/notes.md": "",
      "wit/deps/.wit": "",
    };
    expect(load("wit/", memoryHost(files)).paths).toEqual([
      ["wit/a.wit"],
      ["wit/deps/folder/one.wit", "wit/deps/folder/two.wit"],
      ["wit/deps/z.wit"],
    ]);
  });
});

describe("loadSources reports", () => {
  test("a path that does not exist", () => {
    expect(load("wit", memoryHost({})).codes).toEqual(["path-not-found"]);
    expect(load("does/not/exist", nodeHost).codes).toEqual(["path-not-found"]);
  });

  test("a directory without WIT", () => {
    expect(load("wit", memoryHost({ "wit/a.txt": "" })).codes).toEqual([
      "no-wit-files",
    ]);
  });

  test("a dependency without WIT", () => {
    const { codes, sources } = load(
      "wit",
      memoryHost({ "wit/a.wit": "package a:b;", "wit/deps/b/README.md": "" }),
    );
    expect(codes).toEqual(["no-wit-files"]);
    expect(sources.dependencies).toMatchObject([{ isBroken: true }]);
  });

  test("WebAssembly files, binary and text", () => {
    const binary = new Uint8Array([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]);
    for (const content of [
      binary,
      "(component)",
      ";; a comment\n(; another (; inside ;) ;) (module)",
    ]) {
      const { codes, sources } = load(
        "wit",
        memoryHost({ "wit/a.wit": "package a:b;", "wit/deps/c.wasm": content }),
      );
      expect(codes).toEqual(["wit-in-wasm"]);
      expect(sources.dependencies).toMatchObject([{ isBroken: true }]);
    }
    expect(
      load("a.wat", memoryHost({ "a.wat": "// (component)\npackage a:b;" }))
        .codes,
    ).toEqual([]);
  });

  test("bytes that are not UTF-8, with their position", () => {
    const before = new TextEncoder().encode("package a:b; // é😀�");
    for (const invalid of [
      [0xff],
      [0xc0, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xe2, 0x82],
    ]) {
      const diagnostics = new DiagnosticCollector();
      loadSources(
        "a.wit",
        memoryHost({ "a.wit": new Uint8Array([...before, ...invalid]) }),
        diagnostics,
      );
      expect(diagnostics.list()).toMatchObject([
        { code: "invalid-utf8", range: { start: 20 } },
      ]);
    }
  });

  test("an error of the file system, with its reason", () => {
    const host: Host = {
      kind: () => "file",
      list: () => [],
      read: () => {
        throw new Error("permission denied");
      },
    };
    expect(load("a.wit", host).messages).toEqual([
      "`a.wit` cannot be read: permission denied",
    ]);
  });
});
