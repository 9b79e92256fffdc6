import {
  chmodSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { describe, expect, it } from "vitest";
import { runCommand } from "../../support/command.js";
import { testDirectory } from "../../support/directory.js";

const files = (functions: string) => ({
  "wit/net.wit": `package demo:net@1.0.0;

interface files {
  /// Removes a file.
  remove: func(path: string) -> result<_, string>;
${functions}}
`,
});

const more = `  resource file {
    constructor(path: string);
    read: func(length: u32) -> result<list<u8>, string>;
    open: static func(path: string) -> result<file, string>;
  }
`;

describe("implement", () => {
  it("implements a contract that was generated, and refuses one that was not", async () => {
    const directory = testDirectory(files(""));
    const cwd = directory.path;
    const argv = ["implement", "files", "--file", "src/disk-files.ts"];
    await runCommand(["generate", "--mode", "sync"], { cwd });
    const refused = await runCommand([...argv, "--contract", "async"], { cwd });
    expect(refused).toEqual({
      exitCode: 2,
      stdout: "",
      stderr:
        "error: no async contract is generated for files; see --mode of `wit2ts generate`\n",
    });
    expect((await runCommand(argv, { cwd })).exitCode).toBe(0);
    expect(directory.read("src/disk-files.ts")).toContain(
      "class DiskFiles implements Files {",
    );
  });

  it("imports the contract with the extension that the generated modules use", async () => {
    const directory = testDirectory(files(""));
    const cwd = directory.path;
    await runCommand(["generate", "--import-extension", "ts"], { cwd });
    await runCommand(["implement", "files", "--file", "src/disk-files.ts"], {
      cwd,
    });
    expect(directory.read("src/disk-files.ts")).toContain(
      'from "../generated/demo/net/files.ts";',
    );
  });

  it("reports that the module it imports does not exist, unless --out names its directory", async () => {
    const { path } = testDirectory(files(""));
    const argv = ["implement", "files", "--file", "src/disk-files.ts"];
    await runCommand(["generate", "--out", "src/bindings"], { cwd: path });
    expect(await runCommand(argv, { cwd: path })).toEqual({
      exitCode: 0,
      stdout: "",
      stderr:
        "the generated TypeScript it imports does not exist yet: run `wit2ts generate` to write generated/demo/net/files.ts, or use --out to say where it is\n",
    });
    expect(
      await runCommand([...argv, "--out", "src/bindings"], { cwd: path }),
    ).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  });

  it("writes a skeleton, adds what new WIT requires, and keeps the existing code", async () => {
    const directory = testDirectory(files(""));
    const cwd = directory.path;
    const argv = ["implement", "files", "--file", "src/disk-files.ts"];
    await runCommand(["generate"], { cwd });
    expect(await runCommand(argv, { cwd })).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "",
    });
    const first = directory.read("src/disk-files.ts");
    expect(first).toContain('from "../generated/demo/net/files.js"');
    expect(first).toContain(
      "export class DiskFiles implements AsyncFiles {\n  /** Removes a file. */\n  async remove(",
    );

    const mine = first.replace(
      /throw new Error\(.*\);/,
      "return Promise.resolve({ tag: 'ok', val: undefined }); // mine",
    );
    directory.write("src/disk-files.ts", mine);
    for (const [path, text] of Object.entries(files(more)))
      directory.write(path, text);
    const { stdout } = await runCommand(argv, {
      cwd,
      isTerminal: true,
      env: { NO_COLOR: "1" },
    });
    expect(stdout).toContain("✓ src/disk-files.ts: added File\n");
    const second = directory.read("src/disk-files.ts");
    expect(second).toContain("// mine");
    expect(second).toContain(
      'readonly File: AsyncFiles["File"] = class implements ',
    );
    expect(second).toContain("constructor(path: string) {");
    expect(second).toMatch(/static async open\(\s*path: string,?\s*\)/);

    await runCommand(argv, { cwd });
    expect(directory.read("src/disk-files.ts")).toBe(second);
  });

  it("prints an object for the contract given with --contract, and writes no file with --dry-run", async () => {
    const directory = testDirectory(files(""));
    const argv = [
      "implement",
      "demo:net/files",
      "-f",
      "f.ts",
      "--as",
      "object",
      "--contract",
      "sync",
      "--dry-run",
    ];
    const { exitCode, stdout } = await runCommand(
      [...argv, "--name", "files"],
      { cwd: directory.path },
    );
    expect(exitCode).toBe(0);
    expect(stdout).toContain("export const files: Files = {");
    expect(stdout).not.toContain("Promise");
    expect(Object.keys(directory.files())).toEqual(["wit/net.wit"]);
  });

  it.each([
    [
      ["implement", "fils", "-f", "f.ts"],
      "there is no interface `fils`; did you mean `files`?",
    ],
    [
      ["implement", "something", "-f", "f.ts"],
      "there is no interface `something`; there is demo:net/",
    ],
    [["implement", "files", "-f", "f.js"], "--file requires a TypeScript file"],
    [
      ["implement", "files", "-f", "f.d.ts"],
      "--file requires a TypeScript file",
    ],
    [["implement", "files", "-f", "1.ts"], "cannot be the name of a class"],
    [
      ["implement", "files", "-f", "f.ts", "--name", "class"],
      "cannot be the name of a class",
    ],
    [
      ["implement", "files", "-f", "async-files.ts"],
      "is the name of the contract itself",
    ],
    [
      ["implement", "files"],
      "required option '-f, --file <file>' not specified",
    ],
  ])("exits with 2 for %j", async (argv, message) => {
    const { path } = testDirectory(files(""));
    const { exitCode, stderr } = await runCommand(argv, { cwd: path });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd()).not.toContain("\n");
  });

  it("refuses to change a generated file", async () => {
    const directory = testDirectory(files(""));
    await runCommand(["generate"], { cwd: directory.path });
    const before = directory.files();
    const { exitCode, stderr } = await runCommand(
      ["implement", "files", "-f", "generated/demo/net/files.ts"],
      { cwd: directory.path },
    );
    expect(exitCode).toBe(2);
    expect(stderr).toContain("is a generated file");
    expect(directory.files()).toEqual(before);
  });

  it("recognizes a generated file behind a link to its directory", async () => {
    const directory = testDirectory(files(""));
    await runCommand(["generate"], { cwd: directory.path });
    symlinkSync("generated", directory.at("linked"));
    expect(
      await runCommand(
        ["implement", "files", "-f", "linked/demo/net/files.ts"],
        { cwd: directory.path },
      ),
    ).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("is a generated file") as string,
    });
  });

  it("prints a warning that several entries share only once", async () => {
    const directory = testDirectory({
      ...files(""),
      "wit2ts.config.json": JSON.stringify([
        { out: "a", features: "nope" },
        { out: "b", features: "nope" },
      ]),
    });
    const cwd = directory.path;
    const argv = ["implement", "something", "-f", "f.ts"];
    expect((await runCommand(argv, { cwd })).stderr).toBe(
      "warning feature-without-items: nothing in the input is `@unstable` with the feature `nope`\n\n1 warning\n" +
        "error: there is no interface `something`; there is demo:net/files@1.0.0\n",
    );
  });

  it("reports that several worlds have the interface", async () => {
    const directory = testDirectory({
      "wit/net.wit": `package demo:net;
world one { import log: interface { f: func(); } }
world two { import log: interface { f: func(); } }
`,
    });
    const argv = ["implement", "log", "--file", "log-file.ts"];
    const refused = await runCommand(argv, { cwd: directory.path });
    expect(refused).toEqual({
      exitCode: 2,
      stdout: "",
      stderr:
        'error: `log` is an interface of several worlds, generated as demo/net/one/log.ts and demo/net/two/log.ts; choose one with "world" in a configuration\n',
    });
    directory.write("wit2ts.config.json", '{ "world": "two" }');
    await runCommand(argv, { cwd: directory.path });
    expect(directory.read("log-file.ts")).toContain(
      'from "./generated/demo/net/two/log.js"',
    );
  });

  it("requires --out to choose between several entries", async () => {
    const directory = testDirectory({
      ...files(""),
      "wit2ts.config.json":
        '[{ "out": "a", "mode": "async" }, { "out": "b", "mode": "sync" }]',
    });
    const cwd = directory.path;
    await runCommand(["generate"], { cwd });
    const argv = ["implement", "files", "-f", "disk-files.ts"];
    expect(await runCommand(argv, { cwd })).toEqual({
      exitCode: 2,
      stdout: "",
      stderr:
        "error: `files` is generated into a and b; choose one with --out\n",
    });
    expect(await runCommand([...argv, "--out", "c"], { cwd })).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: `error: no entry of ${directory.at("wit2ts.config.json")} writes to c; they write to a, b\n`,
    });
    expect(directory.files()).not.toHaveProperty(["disk-files.ts"]);
    expect(await runCommand([...argv, "--out", "b"], { cwd })).toMatchObject({
      exitCode: 0,
      stderr: "",
    });
    const text = directory.read("disk-files.ts");
    expect(text).toContain("class DiskFiles implements Files {");
    expect(text).toContain('from "./b/demo/net/files.js"');
  });

  it("refuses to change a generated file of any entry", async () => {
    const { path: cwd } = testDirectory({
      ...files(""),
      "wit2ts.config.json": '[{ "out": "a" }, { "out": "b" }]',
    });
    await runCommand(["generate"], { cwd });
    const argv = ["implement", "files", "-f", "b/demo/net/files.ts"];
    expect(await runCommand(argv, { cwd })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("is a generated file") as string,
    });
  });

  it("updates the target of a symbolic link, and keeps its permissions", async () => {
    const directory = testDirectory({
      ...files(""),
      "real/disk-files.ts": "// Mine.\n",
    });
    const cwd = directory.path;
    chmodSync(directory.at("real/disk-files.ts"), 0o600);
    symlinkSync("real/disk-files.ts", directory.at("link.ts"));
    symlinkSync("link.ts", directory.at("files.ts"));
    await runCommand(["generate"], { cwd });
    const argv = ["implement", "files", "-f", "files.ts"];
    expect(await runCommand(argv, { cwd })).toMatchObject({ exitCode: 0 });
    expect(readlinkSync(directory.at("files.ts"))).toBe("link.ts");
    const text = directory.read("real/disk-files.ts");
    expect(text).toContain("class DiskFiles implements AsyncFiles {");
    expect(text).toContain('from "../generated/demo/net/files.js"');
    expect(statSync(directory.at("real/disk-files.ts")).mode & 0o777).toBe(
      process.platform === "win32" ? 0o666 : 0o600,
    );
  });

  it("does not change a file with syntax errors", async () => {
    const directory = testDirectory({ ...files(""), "f.ts": "class F {" });
    const { exitCode, stderr } = await runCommand(
      ["implement", "files", "-f", "f.ts"],
      { cwd: directory.path },
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain("this is not TypeScript");
    expect(directory.read("f.ts")).toBe("class F {");
  });

  it("does not change a file that is not UTF-8", async () => {
    const directory = testDirectory(files(""));
    const text = "// caf\xe9\nexport class F {}\n";
    writeFileSync(directory.at("f.ts"), text, "latin1");
    const { exitCode, stderr } = await runCommand(
      ["implement", "files", "-f", "f.ts"],
      { cwd: directory.path },
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain("f.ts:1: the file is not encoded in UTF-8\n");
    expect(readFileSync(directory.at("f.ts"), "latin1")).toBe(text);
  });
});
