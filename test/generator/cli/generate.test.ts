import { chmodSync, statSync, utimesSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { clock, net } from "../../support/cli-wit.js";
import { runCommand } from "../../support/command.js";
import { testDirectory } from "../../support/directory.js";

const broken = "interface broken {\n  type a = nope;\n}\n";

const outputs = (files: Record<string, string>): string[] =>
  Object.keys(files)
    .filter((name) => name.startsWith("generated/"))
    .map((name) => name.slice("generated/".length));

describe("generate", () => {
  it("reads wit/ and writes generated/ by default, and prints nothing if the output is no terminal", async () => {
    const directory = testDirectory({ "wit/net.wit": net });
    expect(await runCommand(["generate"], { cwd: directory.path })).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "",
    });
    expect(outputs(directory.files())).toEqual([
      ".wit2ts.json",
      "demo/net/net.ts",
      "index.ts",
    ]);
    expect(directory.read("generated/demo/net/net.ts")).toContain(
      "connect(host: string): Result<number, Error>;",
    );
  });

  it("reads the given file or directory, and writes to the directory given with --out", async () => {
    const directory = testDirectory({
      "idl/net.wit": net,
      "idl/deps/clock.wit": `package demo:clock;\n${clock}`,
    });
    expect(
      (
        await runCommand(["generate", "idl", "--out", "a/b"], {
          cwd: directory.path,
        })
      ).exitCode,
    ).toBe(0);
    expect(
      (
        await runCommand(["generate", "idl/net.wit", "-o", "c"], {
          cwd: directory.path,
        })
      ).exitCode,
    ).toBe(0);
    expect(directory.read("a/b/demo/net/net.ts")).toBe(
      directory.read("c/demo/net/net.ts"),
    );
  });

  it("writes imports with the extension given on the command line or in the configuration", async () => {
    const uses =
      "interface uses {\n  use net.{error};\n  get: func() -> error;\n}\n";
    const directory = testDirectory({
      "wit/net.wit": `${net}${uses}world w { import uses; }\n`,
      "wit2ts.config.json": '{ "importExtension": "ts", "target": "guest" }',
    });
    const cwd = directory.path;
    expect((await runCommand(["generate"], { cwd })).exitCode).toBe(0);
    const texts = outputs(directory.files())
      .filter((path) => path.endsWith(".ts"))
      .map((path) => directory.read(`generated/${path}`));
    const imports = texts.flatMap((text) => [
      ...text.matchAll(/from "(\.[^"]*)"/g),
    ]);
    expect(imports.map(([, path]) => path)).toContain("./demo/net/net.ts");
    for (const [, path] of imports) expect(path).toMatch(/\.ts$/);
    for (const text of texts)
      expect(text.split("\n")[1]).toMatch(/, import extension ts\.$/);
    const script = ["generate", "--import-extension", "js", "--target", "host"];
    expect((await runCommand(script, { cwd })).exitCode).toBe(0);
    expect(directory.read("generated/index.ts")).not.toContain('.ts"');
  });

  it("prints a summary on a terminal, and every file with --verbose", async () => {
    const { path } = testDirectory({ "wit/net.wit": net });
    const first = await runCommand(["generate"], {
      cwd: path,
      isTerminal: true,
      env: { NO_COLOR: "1" },
    });
    expect(first.stdout).toMatch(/^✓ generated: 2 created \(\d+ ms\)\n$/);
    const second = await runCommand(["generate", "--verbose"], { cwd: path });
    expect(second.stdout).toBe(
      "unchanged generated/demo/net/net.ts\nunchanged generated/index.ts\n",
    );
  });

  it("is deterministic, and does not rewrite unchanged files", async () => {
    const directory = testDirectory({
      "wit/net.wit": net,
      "wit/clock.wit": clock,
    });
    await runCommand(["generate"], { cwd: directory.path });
    const before = directory.files();
    const past = new Date(2001, 1, 1);
    utimesSync(directory.at("generated/demo/net/net.ts"), past, past);
    await runCommand(["generate"], { cwd: directory.path });
    expect(directory.files()).toEqual(before);
    expect(statSync(directory.at("generated/demo/net/net.ts")).mtime).toEqual(
      past,
    );
  });

  it("removes the files of an interface that was removed from the WIT", async () => {
    const directory = testDirectory({
      "wit/net.wit": net,
      "wit/clock.wit": clock,
    });
    await runCommand(["generate"], { cwd: directory.path });
    expect(outputs(directory.files())).toContain("demo/net/clock.ts");
    directory.write("wit/clock.wit", "");
    await runCommand(["generate"], { cwd: directory.path });
    expect(outputs(directory.files())).toEqual([
      ".wit2ts.json",
      "demo/net/net.ts",
      "index.ts",
    ]);
  });

  it("refuses to replace a file that it did not write", async () => {
    const directory = testDirectory({
      "wit/net.wit": net,
      "generated/index.ts": "export const mine = 1;\n",
    });
    const before = directory.files();
    const { exitCode, stderr } = await runCommand(["generate"], {
      cwd: directory.path,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("not written by wit2ts\n  index.ts\n");
    expect(directory.files()).toEqual(before);
  });

  it("writes nothing if any WIT file has an error, and reports its position", async () => {
    const directory = testDirectory({
      "wit/net.wit": net,
      "wit/broken.wit": broken,
    });
    const before = directory.files();
    const { exitCode, stdout, stderr } = await runCommand(["generate"], {
      cwd: directory.path,
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain("wit/broken.wit:2:12 - error unknown-type");
    expect(directory.files()).toEqual(before);
  });

  it.each([
    ["type a = nope;", "unknown-type"],
    ["interface i { f: func();", "unexpected"],
    ["interface i { type a = u8; type a = u8; }", "duplicate"],
  ])("reports the position of the error in %j", async (text, code) => {
    const { path } = testDirectory({
      "wit/x.wit": `package a:b;\n${text.startsWith("type") ? `interface i { ${text} }` : text}\n`,
    });
    const { exitCode, stderr } = await runCommand(["generate"], { cwd: path });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^wit\/x\.wit:\d+:\d+ - error /);
    expect(stderr).toContain(code);
    expect(stderr).toMatch(/\n +\| +\^+/);
  });

  it("prints diagnostics only to stdout with --format json", async () => {
    const { path } = testDirectory({ "wit/x.wit": `package a:b;\n${broken}` });
    const { stdout, stderr } = await runCommand(
      ["generate", "--format", "json"],
      { cwd: path },
    );
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject([{ code: "unknown-type" }]);
  });

  it.each([["--check"], ["--dry-run"], ["--verbose"], []])(
    "writes nothing but JSON to standard output, also with %s",
    async (...flags) => {
      const { path } = testDirectory({ "wit/net.wit": net });
      const { stdout, stderr } = await runCommand(
        ["generate", "--format", "json", ...flags],
        { cwd: path, isTerminal: true },
      );
      expect(JSON.parse(stdout)).toStrictEqual([]);
      expect(stderr).toContain("generated");
    },
  );

  it("generates the same output for CRLF and LF", async () => {
    const directory = testDirectory({ "wit/net.wit": net });
    await runCommand(["generate"], { cwd: directory.path });
    directory.write("wit/net.wit", net.replaceAll("\n", "\r\n"));
    expect(
      await runCommand(["generate", "--check"], { cwd: directory.path }),
    ).toMatchObject({ exitCode: 0 });
  });

  it("supports paths with non-ASCII characters and with spaces", async () => {
    const directory = testDirectory({
      "die Schnittstellen/für ü 世界.wit": net,
    });
    const { exitCode } = await runCommand(
      ["generate", "die Schnittstellen", "-o", "Ausgabe 🌍"],
      { cwd: directory.path },
    );
    expect(exitCode).toBe(0);
    expect(directory.read("Ausgabe 🌍/demo/net/net.ts")).toContain("connect");
  });

  it("reports that the output path is a file", async () => {
    const { path } = testDirectory({ "wit/net.wit": net, generated: "a file" });
    const { exitCode, stderr } = await runCommand(["generate"], { cwd: path });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^error: cannot write to .*generated: it is a file, not a directory\n$/,
    );
  });

  it.skipIf(process.getuid?.() === 0)(
    "reports that writing is not permitted (root may always write)",
    async () => {
      const directory = testDirectory({
        "wit/net.wit": net,
        "generated/x": "",
      });
      chmodSync(directory.at("generated"), 0o555);
      const { exitCode, stderr } = await runCommand(["generate"], {
        cwd: directory.path,
      });
      chmodSync(directory.at("generated"), 0o755);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(
        /^error: cannot write to .*generated: permission denied\n$/,
      );
    },
  );

  it("formats with the user's Prettier configuration", async () => {
    const directory = testDirectory({
      "wit/net.wit": net,
      ".prettierrc": '{ "singleQuote": true, "tabWidth": 4 }',
    });
    await runCommand(["generate"], { cwd: directory.path });
    expect(directory.read("generated/demo/net/net.ts")).toContain(
      "\n    connect(host: string)",
    );
    expect(
      (await runCommand(["generate", "--check"], { cwd: directory.path }))
        .exitCode,
    ).toBe(0);
  });
});

describe("generate --check", () => {
  it("lists the files that are out of date, and writes nothing", async () => {
    const directory = testDirectory({
      "wit/net.wit": net,
      "wit/clock.wit": clock,
    });
    await runCommand(["generate"], { cwd: directory.path });
    expect(
      await runCommand(["generate", "--check"], { cwd: directory.path }),
    ).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "",
    });
    directory.write("wit/net.wit", net.replace("connect:", "open:"));
    directory.write(
      "wit/clock.wit",
      "interface time {\n  now: func() -> u64;\n}\n",
    );
    const before = directory.files();
    const { exitCode, stdout, stderr } = await runCommand(
      ["generate", "--check"],
      { cwd: directory.path },
    );
    expect(exitCode).toBe(1);
    expect(stdout.split("\n").filter((line) => line !== "")).toEqual([
      "create    generated/demo/net/time.ts",
      "update    generated/demo/net/net.ts",
      "update    generated/index.ts",
      "remove    generated/demo/net/clock.ts",
    ]);
    expect(stderr).toBe(
      "error: the generated files are out of date; run `wit2ts generate`\n",
    );
    expect(directory.files()).toEqual(before);
  });

  it("reports a file that was edited by hand", async () => {
    const directory = testDirectory({ "wit/net.wit": net });
    await runCommand(["generate"], { cwd: directory.path });
    directory.write("generated/index.ts", "// edited\n");
    const { exitCode, stdout } = await runCommand(["generate", "--check"], {
      cwd: directory.path,
    });
    expect({ exitCode, stdout }).toEqual({
      exitCode: 1,
      stdout: "update    generated/index.ts\n",
    });
  });
});

describe("generate --dry-run", () => {
  it("lists the changes that would be made, and writes nothing", async () => {
    const directory = testDirectory({ "wit/net.wit": net });
    const before = directory.files();
    expect(
      await runCommand(["generate", "--dry-run"], { cwd: directory.path }),
    ).toEqual({
      exitCode: 0,
      stdout:
        "create    generated/demo/net/net.ts\ncreate    generated/index.ts\n",
      stderr: "",
    });
    expect(directory.files()).toEqual(before);
  });
});

describe("generate --stdout", () => {
  it("prints the files, each after its path, and writes nothing", async () => {
    const directory = testDirectory({ "wit/net.wit": net });
    const before = directory.files();
    const { exitCode, stdout, stderr } = await runCommand(
      ["generate", "--stdout"],
      { cwd: directory.path },
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(
      /^\/\/ demo\/net\/net\.ts\n\/\/ Generated by wit2ts/,
    );
    expect(stdout).toContain("\n// index.ts\n");
    expect(directory.files()).toEqual(before);
  });
});
