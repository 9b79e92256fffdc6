import { symlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { clock, net } from "../../support/cli-wit.js";
import { runCommand } from "../../support/command.js";
import { testDirectory } from "../../support/directory.js";

const broken = "interface broken {\n  type a = nope;\n}\n";

describe("the options of generate", () => {
  const two = { "wit/net.wit": net, "wit/clock.wit": clock };

  it("select contracts, interfaces and asynchronous functions", async () => {
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
      "`demo:nte/net` matches no interface in the input; did you mean `demo:net/net`?",
    ],
    [
      ["--interfaces", "other/*"],
      "`other/*` matches no interface in the input, which has the interfaces `demo:net/clock`, `demo:net/net`",
    ],
    [
      ["--world", "w"],
      "`w` matches no world in the input, which has no worlds",
    ],
    [
      ["--async", "demo:net/net#conect"],
      "`demo:net/net#conect` matches no function in the input; did you mean `demo:net/net#connect`?",
    ],
  ])("list what exists when %s matches nothing", async (argv, says) => {
    const { path } = testDirectory(two);
    const { exitCode, stderr } = await runCommand(["generate", ...argv], {
      cwd: path,
    });
    expect(stderr).toBe(`error pattern-without-match: ${says}\n\n1 error\n`);
    expect(exitCode).toBe(1);
  });

  it.each([
    [["wit", "--out", ""], "error: --out is empty; specify a directory\n"],
    [[""], "error: the path of the WIT is empty\n"],
  ])("are rejected if a path is empty: %j", async (argv, says) => {
    const directory = testDirectory(two);
    const before = directory.files();
    expect(
      await runCommand(["generate", ...argv], { cwd: directory.path }),
    ).toEqual({ exitCode: 2, stdout: "", stderr: says });
    expect(directory.files()).toEqual(before);
  });

  it("warn about features that no item requires", async () => {
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
        "warning feature-without-items: nothing in the input is `@unstable` with the feature `fanci`\n\n1 warning\n",
    });
  });

  it("are read from a configuration file, and overridden by the command line", async () => {
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

  it("are read from a configuration with several entries", async () => {
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
      expect(stderr).toContain("requires a configuration with one entry");
    }
  });

  it("write nothing for any entry if the WIT of one has an error", async () => {
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

  it("write nothing for any entry if one would replace a file that wit2ts did not write", async () => {
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

  it("are rejected if two entries would write the same file", async () => {
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

  it("are rejected if two entries have the same output directory", async () => {
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
    "are rejected if two entries have the same output directory through a symbolic link: %s",
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
