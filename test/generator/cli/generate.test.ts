import { chmodSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runCommand } from "../../support/command.js";
import { testDirectory } from "../../support/directory.js";

const net = `package demo:net@1.0.0;

/// The network.
interface net {
  enum error { refused, other }
  /// Connects.
  connect: func(host: string) -> result<u32, error>;
}
`;
const clock = "interface clock {\n  now: func() -> u64;\n}\n";
const broken = "interface broken {\n  type a = nope;\n}\n";

const outputs = (files: Record<string, string>): string[] =>
  Object.keys(files)
    .filter((name) => name.startsWith("generated/"))
    .map((name) => name.slice("generated/".length));

describe("generate", () => {
  it("goes from wit/ to generated/, and says nothing where nobody looks", async () => {
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

  it("goes where it is told, from a file or a directory", async () => {
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

  it("imports files by the extension that is asked for, on the command line or in a configuration", async () => {
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

  it("shows a summary on a terminal, and every file if asked", async () => {
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

  it("is the same from run to run, and leaves what has not changed alone", async () => {
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

  it("removes what belongs to an interface that is gone", async () => {
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

  it("refuses to replace what is not its own", async () => {
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

  it("writes nothing if anything is wrong, and says where", async () => {
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
  ])("says where %j is wrong", async (text, code) => {
    const { path } = testDirectory({
      "wit/x.wit": `package a:b;\n${text.startsWith("type") ? `interface i { ${text} }` : text}\n`,
    });
    const { exitCode, stderr } = await runCommand(["generate"], { cwd: path });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^wit\/x\.wit:\d+:\d+ - error /);
    expect(stderr).toContain(code);
    expect(stderr).toMatch(/\n +\| +\^+/);
  });

  it("keeps JSON for machines apart from the rest", async () => {
    const { path } = testDirectory({ "wit/x.wit": `package a:b;\n${broken}` });
    const { stdout, stderr } = await runCommand(
      ["generate", "--format", "json"],
      { cwd: path },
    );
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject([{ code: "unknown-type" }]);
  });

  it("takes CRLF for what LF is", async () => {
    const directory = testDirectory({ "wit/net.wit": net });
    await runCommand(["generate"], { cwd: directory.path });
    directory.write("wit/net.wit", net.replaceAll("\n", "\r\n"));
    expect(
      await runCommand(["generate", "--check"], { cwd: directory.path }),
    ).toMatchObject({ exitCode: 0 });
  });

  it("handles paths that are not ASCII, and others with spaces", async () => {
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

  it("says that the output is a file", async () => {
    const { path } = testDirectory({ "wit/net.wit": net, generated: "a file" });
    const { exitCode, stderr } = await runCommand(["generate"], { cwd: path });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^error: cannot write to .*generated: it is a file, not a directory\n$/,
    );
  });

  it.skipIf(process.getuid?.() === 0)(
    "says that it may not write (which the super-user always may)",
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

  it("formats with the user's Prettier where it is configured", async () => {
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
  it("lists what is out of date, and writes nothing", async () => {
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

  it("finds a file that somebody has edited or deleted", async () => {
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
  it("lists what would happen, and writes nothing", async () => {
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
  it("prints the files, each under its path, and writes nothing", async () => {
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

describe("options", () => {
  const two = { "wit/net.wit": net, "wit/clock.wit": clock };

  it("choose contracts, interfaces and waiting functions", async () => {
    const directory = testDirectory(two);
    const generate = (...argv: string[]) =>
      runCommand(["generate", "--stdout", ...argv], {
        cwd: directory.path,
      }).then(({ stdout }) => stdout);
    expect(await generate("--mode", "sync")).not.toContain("Promise");
    expect(await generate("--mode", "async")).toContain("Promise");
    expect(
      await generate("--mode", "sync", "--async", "demo:net/net#*"),
    ).toContain("connect(host: string): Promise<");
    for (const pattern of ["demo:net/clock", "clock", "cl*"]) {
      const only = await generate("--interfaces", pattern);
      expect(only).toContain("now()");
      expect(only).not.toContain("connect(");
    }
  });

  it.each([
    [
      ["--interfaces", "demo:nte/net"],
      "`demo:nte/net` fits no interface in the input; did you mean `demo:net/net`?",
    ],
    [
      ["--interfaces", "other/*"],
      "`other/*` fits no interface in the input, which has the interfaces `demo:net/clock`, `demo:net/net`",
    ],
    [["--world", "w"], "`w` fits no world in the input, which has no worlds"],
    [
      ["--async", "demo:net/net#conect"],
      "`demo:net/net#conect` fits no function in the input; did you mean `demo:net/net#connect`?",
    ],
  ])("say what is there when %s fits nothing", async (argv, says) => {
    const { path } = testDirectory(two);
    const { exitCode, stderr } = await runCommand(["generate", ...argv], {
      cwd: path,
    });
    expect(stderr).toBe(`error pattern-without-match: ${says}\n\n1 error\n`);
    expect(exitCode).toBe(1);
  });

  it.each([
    [["wit", "--out", ""], "error: --out is empty; name a directory\n"],
    [[""], "error: the path of the WIT is empty\n"],
  ])("are refused where a path is empty: %j", async (argv, says) => {
    const directory = testDirectory(two);
    const before = directory.files();
    expect(
      await runCommand(["generate", ...argv], { cwd: directory.path }),
    ).toEqual({ exitCode: 2, stdout: "", stderr: says });
    expect(directory.files()).toEqual(before);
  });

  it("warn of features that nothing is behind", async () => {
    const { path } = testDirectory({
      "wit/a.wit":
        "package a:b;\ninterface i {\n  @unstable(feature = fancy)\n  f: func();\n}\n",
    });
    const generate = (features: string) =>
      runCommand(["generate", "--features", features], { cwd: path });
    expect(await generate("fancy")).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await generate("fanci")).toMatchObject({
      exitCode: 0,
      stderr:
        "warning feature-without-items: nothing in the input is `@unstable` behind the feature `fanci`\n\n1 warning\n",
    });
  });

  it("come from a configuration file, with the command line over it", async () => {
    const directory = testDirectory({
      "package.json":
        '{ "wit2ts": { "wit": "idl", "out": "src/gen", "mode": "sync", "interfaces": "demo:net/net" } }',
      "idl/net.wit": net,
      "idl/clock.wit": clock,
      "deep/down/file": "",
    });
    expect(
      (await runCommand(["generate"], { cwd: directory.at("deep/down") }))
        .exitCode,
    ).toBe(0);
    expect(directory.read("src/gen/demo/net/net.ts")).not.toContain("Promise");
    expect(
      (
        await runCommand(["generate", "--mode", "async", "-o", "other"], {
          cwd: directory.path,
        })
      ).exitCode,
    ).toBe(0);
    expect(directory.read("other/demo/net/net.ts")).toContain("Promise");
    expect(Object.keys(directory.files())).not.toContain(
      "other/demo/net/clock.ts",
    );
    const without = await runCommand(["generate", "--no-config"], {
      cwd: directory.path,
    });
    expect(without.stderr).toContain("no file or directory `wit`");
  });

  it("come from several entries", async () => {
    const directory = testDirectory({
      "a/net.wit": net,
      "b/net.wit": net,
      "wit2ts.config.json":
        '[{ "wit": "a", "out": "gen/a" }, { "wit": "b", "out": "gen/b", "mode": "sync" }]',
    });
    expect(
      (await runCommand(["generate"], { cwd: directory.path })).exitCode,
    ).toBe(0);
    expect(directory.read("gen/a/demo/net/net.ts")).toContain("Promise");
    expect(directory.read("gen/b/demo/net/net.ts")).not.toContain("Promise");
    for (const argv of [["a"], ["-o", "x"]]) {
      const { exitCode, stderr } = await runCommand(["generate", ...argv], {
        cwd: directory.path,
      });
      expect(exitCode).toBe(2);
      expect(stderr).toContain("goes with one entry");
    }
  });

  it("write nothing for any entry if one of them is wrong", async () => {
    const directory = testDirectory({
      "a/net.wit": net,
      "b/net.wit": `package b:b;\n${broken}`,
      "wit2ts.config.json":
        '[{ "wit": "a", "out": "gen/a" }, { "wit": "b", "out": "gen/b" }]',
    });
    const before = directory.files();
    expect(
      (await runCommand(["generate"], { cwd: directory.path })).exitCode,
    ).toBe(1);
    expect(directory.files()).toEqual(before);
  });

  it("write nothing where one of them meets a file that is not ours", async () => {
    const directory = testDirectory({
      "wit/net.wit": net,
      "b/index.ts": "mine",
      "wit2ts.config.json": '[{ "out": "a" }, { "out": "b" }]',
    });
    const before = directory.files();
    const { exitCode, stderr } = await runCommand(["generate"], {
      cwd: directory.path,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("Nothing was written.");
    expect(directory.files()).toEqual(before);
  });

  it("may not write one file twice", async () => {
    const directory = testDirectory({
      "a/a.wit": "package x:y; world w { import i: interface { f: func(); } }",
      "b/b.wit": "package y:w; interface i { g: func(); }",
      "wit2ts.config.json":
        '[{ "wit": "a", "out": "gen" }, { "wit": "b", "out": "gen/x" }]',
    });
    const before = directory.files();
    const { exitCode, stderr } = await runCommand(["generate"], {
      cwd: directory.path,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      `error: ${directory.at("gen/x/y/w/i.ts")} would be written twice, as a file of ${directory.at("gen")} and of ${directory.at("gen/x")}: choose another directory for one of them. Nothing was written.\n`,
    );
    expect(directory.files()).toEqual(before);
  });

  it("may not send two entries to one place", async () => {
    const { path } = testDirectory({
      "wit/net.wit": net,
      "wit2ts.config.json": '[{ "out": "gen" }, { "out": "./gen/" }]',
    });
    const { exitCode, stderr } = await runCommand(["generate"], { cwd: path });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("two entries");
  });

  it.each([
    ["gen", "link"],
    ["gen/not/yet", "link/not/yet"],
  ])(
    "may not send two entries to one place by way of a link: %s",
    async (first, second) => {
      const { path, at } = testDirectory({
        "wit/net.wit": net,
        "gen/mine.ts": "",
        "wit2ts.config.json": JSON.stringify([{ out: first }, { out: second }]),
      });
      symlinkSync("gen", at("link"));
      const argv = ["generate"];
      const { exitCode, stderr } = await runCommand(argv, { cwd: path });
      expect(exitCode).toBe(2);
      expect(stderr).toContain("two entries");
    },
  );
});
