import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Io } from "../../../generator/src/cli/io.js";
import { run } from "../../../generator/src/cli/run.js";
import { describe, expect, it } from "vitest";
import { version } from "../../../generator/src/version.js";
import packageJson from "../../../generator/package.json" with { type: "json" };
import { runCommand } from "../../support/command.js";
import { testDirectory } from "../../support/directory.js";

const commands = ["generate", "check", "inspect", "implement", "transpile"];

describe("help", () => {
  it("lists the commands", async () => {
    const { exitCode, stdout, stderr } = await runCommand(["--help"], {
      cwd: "/",
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    for (const command of commands) expect(stdout).toContain(`  ${command} `);
  });

  it.each(commands)("of %s has examples", async (command) => {
    const { exitCode, stdout, stderr } = await runCommand([command, "--help"], {
      cwd: "/",
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain(`Usage: wit2ts ${command} `);
    expect(stdout).toContain(`$ wit2ts ${command}`);
    for (const line of stdout.split("\n"))
      expect(line.length).toBeLessThanOrEqual(100);
  });

  it("is printed to stderr, with an error status, if no command is given", async () => {
    const { exitCode, stdout, stderr } = await runCommand([], { cwd: "/" });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain("Usage: wit2ts");
  });

  it("prints the version of the package with --version", async () => {
    expect(await runCommand(["--version"], { cwd: "/" })).toEqual({
      exitCode: 0,
      stdout: `${version}\n`,
      stderr: "",
    });
    expect(version).toBe(packageJson.version);
  });
});

describe("wrong usage exits with 2 and one line that refers to --help", () => {
  const { path } = { path: "/" };
  it.each([
    [["generate", "--nope"], "unknown option '--nope'"],
    [["generate", "--mod", "x"], "(Did you mean --mode?)"],
    [["generate", "--mode", "fast"], "Allowed choices are sync, async, both"],
    [["generate", "--format", "xml"], "Allowed choices are text, json, github"],
    [["generate", "--out"], "option '-o, --out <directory>' argument missing"],
    [["generate", "--check", "--watch"], "cannot be used with option"],
    [["generate", "a", "b"], "too many arguments"],
    [["generate", "--features", ","], "It is empty"],
    [["genrate"], "Did you mean generate?"],
    [["--nope"], "unknown option '--nope'"],
  ])("%j", async (argv, message) => {
    const { exitCode, stdout, stderr } = await runCommand(argv, { cwd: path });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^error: [^\n]+; see `wit2ts( \w+)? --help`\n$/);
  });

  it.each(["generate", "check", "inspect"])(
    "%s of a path that does not exist",
    async (command) => {
      const { path } = testDirectory();
      const { exitCode, stdout, stderr } = await runCommand([command, "nope"], {
        cwd: path,
      });
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toMatch(
        /^error: there is no file or directory `nope`[^\n]*\n$/,
      );
    },
  );
});

describe("an internal error", () => {
  const failing = (
    env: Io["env"],
    mistake: Error = new RangeError("one\n  two"),
  ): { io: Io; said: () => string } => {
    let said = "";
    const io: Io = {
      cwd: "/",
      env,
      stdout: {
        isTerminal: false,
        write: () => {
          throw mistake;
        },
      },
      stderr: { isTerminal: false, write: (text) => (said += text) },
      onStop: () => () => {},
    };
    return { io, said: () => said };
  };

  it("exits with 70 and prints one line that asks for a bug report", async () => {
    const { io, said } = failing({});
    expect(await run(["--version"], io)).toBe(70);
    expect(said()).toBe(
      `error: this is a bug in wit2ts ${version}: RangeError: one two; please report it with the input that caused it (WIT2TS_DEBUG=1 shows where it happened)\n`,
    );
  });

  it("is not reported if a dependency of the command is not installed", async () => {
    for (const name of Object.keys(packageJson.dependencies)) {
      const { io, said } = failing(
        {},
        new Error(`Cannot find module '${name}'\nRequire stack:\n- /a.js`),
      );
      expect(await run(["--version"], io)).toBe(1);
      expect(said()).toBe(
        `error: wit2ts depends on the package ${name}, which is not installed: reinstall wit2ts with its dependencies\n`,
      );
    }
  });

  it("prints the stack trace with WIT2TS_DEBUG=1", async () => {
    const { io, said } = failing({ WIT2TS_DEBUG: "1" });
    expect(await run(["--version"], io)).toBe(70);
    expect(said()).toMatch(/^error: [^\n]+\nRangeError: one\n {2}two\n +at /);
  });
});

describe("check", () => {
  const good = "package a:b;\ninterface i {\n  f: func();\n}\n";
  const bad = "package a:b;\ninterface i {\n  type a = nope;\n}\n";

  it("prints nothing for valid WIT", async () => {
    const { path } = testDirectory({ "wit/i.wit": good });
    expect(await runCommand(["check"], { cwd: path })).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "",
    });
  });

  it("prints the position, the message and the source line of an error", async () => {
    const { path } = testDirectory({ "wit/i.wit": bad });
    const { exitCode, stdout, stderr } = await runCommand(["check"], {
      cwd: path,
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "" });
    expect(stdout).toContain("wit/i.wit:3:12 - error unknown-type");
    expect(stdout).toContain("  type a = nope;\n");
    expect(stdout).toContain("^^^^");
  });

  it("prints the number of errors at the end, only in the format text", async () => {
    const { path } = testDirectory({
      "wit/i.wit": bad.replace("}\n", "  type b = nope2;\n}\n"),
    });
    const text = (await runCommand(["check"], { cwd: path })).stdout;
    expect(text).toMatch(/\n\n2 errors\n$/);
    const one = testDirectory({ "wit/i.wit": bad });
    for (const command of ["generate", "inspect"]) {
      const { stderr } = await runCommand([command], { cwd: one.path });
      expect(stderr).toMatch(/\^{4}\n\n1 error\n$/);
    }
    for (const format of ["json", "github"]) {
      const { stdout } = await runCommand(["check", "--format", format], {
        cwd: path,
      });
      expect(stdout).not.toContain("2 errors");
    }
  });

  it.each(["text", "json", "github"])(
    "prints no colours in the format %s if the output is no terminal",
    async (format) => {
      const { path } = testDirectory({ "wit/i.wit": bad });
      const { stdout } = await runCommand(["check", "--format", format], {
        cwd: path,
      });
      expect(stdout).not.toContain("\u001b");
    },
  );

  it("prints valid JSON, also if there are no errors", async () => {
    const { path } = testDirectory({ "wit/i.wit": bad, "good.wit": good });
    const { stdout } = await runCommand(["check", "--format", "json"], {
      cwd: path,
    });
    expect(JSON.parse(stdout)).toMatchObject([
      { code: "unknown-type", severity: "error" },
    ]);
    expect(
      JSON.parse(
        (
          await runCommand(["check", "good.wit", "--format", "json"], {
            cwd: path,
          })
        ).stdout,
      ),
    ).toEqual([]);
  });

  it("prints workflow commands for GitHub", async () => {
    const { path } = testDirectory({ "wit/i.wit": bad });
    const { stdout } = await runCommand(["check", "--format", "github"], {
      cwd: path,
    });
    expect(stdout).toMatch(/^::error file=wit\/i\.wit,line=3,col=12/);
  });

  it("includes the unstable items of the given features", async () => {
    const gated =
      "package a:b;\ninterface i {\n  @unstable(feature = x)\n  type t = u8;\n  type u = t;\n}\n";
    const { path } = testDirectory({ "wit/i.wit": gated });
    expect((await runCommand(["check"], { cwd: path })).exitCode).toBe(1);
    expect(
      (await runCommand(["check", "--features", "y, x"], { cwd: path }))
        .exitCode,
    ).toBe(0);
    expect(
      (await runCommand(["check", "--all-features"], { cwd: path })).exitCode,
    ).toBe(0);
  });
});

describe.each(["check", "inspect"])("%s without a path", (command) => {
  const gated =
    "package a:b;\ninterface i {\n  @unstable(feature = x)\n  type t = u8;\n  type u = t;\n}\n";
  const bad = "package a:c;\ninterface i {\n  type a = nope;\n}\n";

  it("reads the configured WIT with the configured features", async () => {
    const { path } = testDirectory({
      "idl/i.wit": gated,
      "wit2ts.config.json": '{ "wit": "idl", "features": "x" }',
    });
    const { exitCode, stderr } = await runCommand([command], { cwd: path });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    // The command line overrides the configuration, and a path given there is read without the configured features.
    for (const rest of [["--features", "y"], ["idl"]])
      expect(
        (await runCommand([command, ...rest], { cwd: path })).exitCode,
      ).toBe(1);
    expect(
      (
        await runCommand([command, "idl", "--config", "wit2ts.config.json"], {
          cwd: path,
        })
      ).exitCode,
    ).toBe(0);
    expect(
      (await runCommand([command, "--no-config"], { cwd: path })).stderr,
    ).toContain("there is no file or directory `wit`");
  });

  it("reads every configured input once", async () => {
    const directory = testDirectory({
      "one/i.wit": gated,
      "two/i.wit": bad,
      "wit2ts.config.json": JSON.stringify([
        { wit: "one", allFeatures: true, out: "a" },
        { wit: "one", allFeatures: true, out: "b", target: "guest" },
        { wit: "two", out: "c" },
      ]),
    });
    const failing = await runCommand([command], { cwd: directory.path });
    expect(failing.exitCode).toBe(1);
    expect(failing.stdout + failing.stderr).toContain("two/i.wit:3:");
    expect(failing.stdout + failing.stderr).toContain("\n1 error\n");
    directory.write("two/i.wit", "package a:c;\ninterface j {}\n");
    const { exitCode, stdout, stderr } = await runCommand([command], {
      cwd: directory.path,
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout.match(/package a:.*/g) ?? []).toEqual(
      command === "check" ? [] : ["package a:b", "package a:c"],
    );
  });

  it("reports errors in the configuration, and reads the one given with --config", async () => {
    const { path } = testDirectory({
      "idl/i.wit": "package a:b;\n",
      "wit2ts.config.json": '{ "wti": "idl" }',
      "other.json": '{ "wit": "idl" }',
    });
    const { exitCode, stderr } = await runCommand([command], { cwd: path });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('there is no option "wti"; did you mean "wit"?');
    expect(
      (await runCommand([command, "--config", "other.json"], { cwd: path }))
        .exitCode,
    ).toBe(0);
  });
});

describe("colours", () => {
  const bad = {
    "wit/i.wit": "package a:b;\ninterface i {\n  type a = nope;\n}\n",
  };

  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: "1" }, false],
    [true, { NO_COLOR: "" }, true],
    [false, { FORCE_COLOR: "1" }, true],
    [true, { FORCE_COLOR: "0" }, false],
    [false, { FORCE_COLOR: "1", NO_COLOR: "1" }, false],
    [true, { TERM: "dumb" }, false],
  ])(
    "are printed on a terminal: %j, with the environment %j: %j",
    async (isTerminal, env, expected) => {
      const { path } = testDirectory(bad);
      const { stdout } = await runCommand(["check"], {
        cwd: path,
        isTerminal,
        env,
      });
      expect(stdout.includes("\u001b[")).toBe(expected);
    },
  );
});

describe("inspect", () => {
  it("prints the model as JSON", async () => {
    const { path } = testDirectory({
      "wit/i.wit": "package a:b;\ninterface i {\n  f: func();\n}\n",
    });
    const { exitCode, stdout } = await runCommand(["inspect", "--json"], {
      cwd: path,
    });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      packages: [{ name: "a:b", interfaces: { i: 0 } }],
    });
  });

  it("prints the same tree on a terminal and elsewhere, unless --json is given", async () => {
    const { path } = testDirectory({
      "wit/i.wit": "package a:b;\ninterface i {\n  f: func();\n}\n",
    });
    for (const isTerminal of [false, true]) {
      const { stdout } = await runCommand(["inspect"], {
        cwd: path,
        isTerminal,
        env: { NO_COLOR: "1" },
      });
      expect(stdout).toBe("package a:b\n└─ interface i\n   └─ f: func()\n");
    }
  });

  it("rejects --json with several inputs, because it prints one model", async () => {
    const { path } = testDirectory({
      "one/i.wit": "package a:b;\n",
      "two/i.wit": "package a:c;\n",
      "wit2ts.config.json":
        '[{ "wit": "one", "out": "a" }, { "wit": "two", "out": "b" }]',
    });
    expect(await runCommand(["inspect", "--json"], { cwd: path })).toEqual({
      exitCode: 2,
      stdout: "",
      stderr:
        "error: --json prints one model, but several inputs are configured: pass a WIT path, such as one or two\n",
    });
  });

  it("prints no model of WIT with errors", async () => {
    const { path } = testDirectory({
      "wit/i.wit": "package a:b;\ninterface i {",
    });
    const { exitCode, stdout, stderr } = await runCommand(
      ["inspect", "--json"],
      { cwd: path },
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toContain("wit/i.wit:2:");
  });
});

it("fails if a configuration waits for a promise that is never settled", () => {
  const { path } = testDirectory({
    "wit2ts.config.mjs": "export default new Promise(() => {});",
  });
  const program = fileURLToPath(
    new URL("../../../generator/bin/wit2ts.cjs", import.meta.url),
  );
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [program, "generate", "--check"],
    { cwd: path, encoding: "utf8" },
  );
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toMatch(/^error: the command could not finish: .*\n$/);
});
