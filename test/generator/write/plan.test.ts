import {
  chmodSync,
  mkdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Failure } from "../../../generator/src/failure.js";
import { commitPlan } from "../../../generator/src/write/commit.js";
import { readManifest } from "../../../generator/src/write/manifest.js";
import {
  isStale,
  planWrites,
  type OutputFile,
} from "../../../generator/src/write/plan.js";
import { testDirectory } from "../../support/directory.js";

const files = (texts: Record<string, string>): OutputFile[] =>
  Object.entries(texts).map(([path, text]) => ({ path, text }));

function write(directory: string, texts: Record<string, string>): void {
  commitPlan(planWrites(directory, files(texts)));
}

const manifest = (...names: string[]): string => {
  const note = expect.stringContaining("wit2ts") as string;
  return expect.toSatisfy((text: string) => {
    expect(JSON.parse(text)).toEqual({ note, files: names });
    return true;
  }) as string;
};

describe("writing", () => {
  it("creates the directory, the files and a manifest", () => {
    const directory = testDirectory();
    write(directory.at("deep/out"), { "a/b/c.ts": "c\n", "index.ts": "i\n" });
    expect(directory.files()).toEqual({
      "deep/out/.wit2ts.json": manifest("a/b/c.ts", "index.ts"),
      "deep/out/a/b/c.ts": "c\n",
      "deep/out/index.ts": "i\n",
    });
  });

  it("does not touch files that have not changed", () => {
    const { path, at } = testDirectory();
    write(path, { "same.ts": "same\n", "changes.ts": "old\n" });
    const past = new Date(2001, 1, 1);
    for (const name of ["same.ts", "changes.ts", ".wit2ts.json"])
      utimesSync(at(name), past, past);
    write(path, { "same.ts": "same\n", "changes.ts": "new\n" });
    expect(statSync(at("same.ts")).mtime).toEqual(past);
    expect(statSync(at(".wit2ts.json")).mtime).toEqual(past);
    expect(statSync(at("changes.ts")).mtime).not.toEqual(past);
  });

  it("treats a file that differs only in line endings as unchanged", () => {
    const { path } = testDirectory({ "out/a.ts": "one\r\ntwo\r\n" });
    write(`${path}/out`, { "a.ts": "one\ntwo\n" });
    const plan = planWrites(`${path}/out`, files({ "a.ts": "one\ntwo\n" }));
    expect(plan.unchanged).toEqual(["a.ts"]);
    expect(isStale(plan)).toBe(false);
  });

  it("tolerates that another run has already removed a file", () => {
    const directory = testDirectory();
    write(directory.path, { "a/gone/x.ts": "x", "kept.ts": "k" });
    const plan = planWrites(directory.path, files({ "kept.ts": "k" }));
    write(directory.path, { "kept.ts": "k" });
    commitPlan(plan);
    expect(directory.files()).toEqual({
      ".wit2ts.json": manifest("kept.ts"),
      "kept.ts": "k",
    });
  });

  it("removes its files that are no longer generated, and directories that become empty", () => {
    const directory = testDirectory();
    write(directory.path, {
      "a/gone/x.ts": "x",
      "a/kept.ts": "k",
      "b/gone.ts": "g",
    });
    directory.write("b/mine.txt", "mine");
    write(directory.path, { "a/kept.ts": "k" });
    expect(directory.files()).toEqual({
      ".wit2ts.json": manifest("a/kept.ts"),
      "a/kept.ts": "k",
      "b/mine.txt": "mine",
    });
    expect(
      statSync(directory.at("a/gone"), { throwIfNoEntry: false }),
    ).toBeUndefined();
  });

  it("drops a file from the manifest that the user has already removed", () => {
    const directory = testDirectory();
    write(directory.path, { "a.ts": "a", "b.ts": "b" });
    rmSync(directory.at("b.ts"));
    write(directory.path, { "a.ts": "a" });
    expect(directory.files()).toEqual({
      ".wit2ts.json": manifest("a.ts"),
      "a.ts": "a",
    });
  });

  it("writes nothing if it would replace a file that it did not write", () => {
    const directory = testDirectory({
      "a.ts": "mine\n",
      "dir.ts/file": "mine too\n",
    });
    const before = directory.files();
    const attempt = (): void => {
      write(directory.path, {
        "a.ts": "generated\n",
        "b.ts": "generated\n",
        "dir.ts": "generated\n",
      });
    };
    expect(attempt).toThrow(
      /refusing to write.*not written by wit2ts\n {2}a\.ts\n {2}dir\.ts\n.*Nothing was written/s,
    );
    expect(directory.files()).toEqual(before);
  });

  it("adopts a file with the same text as it would write", () => {
    const directory = testDirectory({ "a.ts": "same\n" });
    write(directory.path, { "a.ts": "same\n" });
    expect(directory.files()).toEqual({
      ".wit2ts.json": manifest("a.ts"),
      "a.ts": "same\n",
    });
  });

  it("reports a damaged manifest", () => {
    for (const text of ["", "{", "[]", '{"files": [1]}', "null"]) {
      const { path } = testDirectory({ ".wit2ts.json": text });
      expect(() => planWrites(path, [])).toThrow(".wit2ts.json is damaged");
    }
  });

  it("reads a manifest with a byte order mark", () => {
    const directory = testDirectory();
    write(directory.path, { "a.ts": "old" });
    const text = directory.read(".wit2ts.json");
    directory.write(".wit2ts.json", `\uFEFF${text}`);
    write(directory.path, { "a.ts": "new" });
    expect(directory.read("a.ts")).toBe("new");
    expect(readManifest(directory.path)).toEqual(new Set(["a.ts"]));
  });

  it("leaves a manifest as a formatter has written it", () => {
    const directory = testDirectory({});
    const files = [{ path: "a.ts", text: "a" }];
    commitPlan(planWrites(directory.path, files));
    const formatted = '{ "note": "x", "files": ["a.ts"] }\n';
    directory.write(".wit2ts.json", formatted);
    const plan = planWrites(directory.path, files);
    expect(isStale(plan)).toBe(false);
    commitPlan(plan);
    expect(directory.read(".wit2ts.json")).toBe(formatted);
  });

  it("reports which manifest cannot be read", () => {
    const { path } = testDirectory({ "out/.wit2ts.json/file": "" });
    expect(() => readManifest(`${path}/out`)).toThrow(
      new Failure(
        `cannot read ${join(path, "out", ".wit2ts.json")}: it is a directory`,
      ),
    );
  });

  it("does not remove files outside of its directory that a manifest names", () => {
    const directory = testDirectory({
      "victim.txt": "mine",
      "outside/victim.txt": "mine",
    });
    directory.write(
      "out/.wit2ts.json",
      JSON.stringify({
        files: ["../victim.txt", "link/victim.txt", "/etc/passwd"],
      }),
    );
    symlinkSync(directory.at("outside"), directory.at("out/link"));
    write(directory.at("out"), {});
    expect(directory.read("victim.txt")).toBe("mine");
    expect(directory.read("outside/victim.txt")).toBe("mine");
  });

  it("reports that the directory or a parent is a file", () => {
    const directory = testDirectory({ out: "a file" });
    expect(() => planWrites(directory.at("out"), [])).toThrow(
      /cannot write to .*out: it is a file, not a directory/,
    );
    expect(() => {
      write(directory.at("out/below"), { "a.ts": "a" });
    }).toThrow(/cannot write to .*below: .*out is a file, not a directory/);
  });

  it("reports that the directory or a parent is a dangling symbolic link", () => {
    const directory = testDirectory();
    symlinkSync("gone/deep", directory.at("out"));
    expect(() => planWrites(directory.at("out"), [])).toThrow(
      /cannot write to .*out: it is a link to gone\/deep, which does not exist; create a directory there, or remove the link$/,
    );
    expect(() => planWrites(directory.at("out/below"), [])).toThrow(
      /below: .*out is a link to gone/,
    );
  });

  it("refuses to write through a symbolic link to a place outside of the directory", () => {
    const directory = testDirectory({ "elsewhere/keep.txt": "mine" });
    mkdirSync(directory.at("out"));
    symlinkSync(directory.at("elsewhere"), directory.at("out/ns"));
    expect(() =>
      planWrites(directory.at("out"), files({ "ns/a.ts": "a" })),
    ).toThrow(/refusing to write .*symbolic link/);
    expect(directory.files()).toEqual({ "elsewhere/keep.txt": "mine" });
  });

  it("removes what is behind a symbolic link to a place inside of the directory", () => {
    const directory = testDirectory({ "out/real/keep.txt": "mine" });
    symlinkSync("real", directory.at("out/ns"), "dir");
    write(directory.at("out"), { "ns/deep/a.ts": "a", "b.ts": "b" });
    write(directory.at("out"), { "b.ts": "b" });
    expect(directory.files()).toMatchObject({
      "out/.wit2ts.json": manifest("b.ts"),
      "out/b.ts": "b",
      "out/real/keep.txt": "mine",
    });
    expect(directory.files()).not.toHaveProperty(["out/real/deep/a.ts"]);
  });

  it("writes into a directory that is given by a symbolic link", () => {
    const directory = testDirectory({ "real/keep.txt": "mine" });
    symlinkSync(directory.at("real"), directory.at("out"));
    write(directory.at("out"), { "a.ts": "a" });
    expect(directory.read("real/a.ts")).toBe("a");
  });

  it.each([
    "../a.ts",
    "/a.ts",
    "a/../../b.ts",
    "C:/a.ts",
    "a\\b.ts",
    "a//b.ts",
    "",
    "./a.ts",
    "a\0.ts",
  ])("rejects the output path %j", (path) => {
    const directory = testDirectory();
    expect(() => planWrites(directory.path, [{ path, text: "" }])).toThrow(
      "cannot be an output file",
    );
  });

  it("supports paths with non-ASCII characters", () => {
    const directory = testDirectory();
    write(directory.at("Ausgabe für 世界 🌍"), { "é/ü.ts": "ok" });
    expect(directory.read("Ausgabe für 世界 🌍/é/ü.ts")).toBe("ok");
  });

  it("writes nothing if a file name is too long for the file system", () => {
    const directory = testDirectory();
    const attempt = (): void => {
      write(directory.at("out"), {
        "a.ts": "a",
        [`${"x".repeat(300)}.ts`]: "b",
      });
    };
    expect(attempt).toThrow("the name is too long for a file");
    expect(directory.files()).toEqual({});
  });

  it.skipIf(process.getuid?.() === 0)(
    "changes nothing if writing is not permitted (root may always write)",
    () => {
      const directory = testDirectory();
      write(directory.path, { "a.ts": "old" });
      chmodSync(directory.path, 0o555);
      expect(() => {
        write(directory.path, { "a.ts": "new", "b.ts": "new" });
      }).toThrow("permission denied");
      chmodSync(directory.path, 0o755);
      expect(directory.files()).toEqual({
        ".wit2ts.json": manifest("a.ts"),
        "a.ts": "old",
      });
    },
  );
});
