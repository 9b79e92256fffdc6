import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { buildGuest } from "../../examples/actions-http/build.js";
import { runCommand } from "../support/command.js";
import { programOf } from "../support/emit/compile.js";

/** Checks that the samples, commands and links of the README files work. */

const root = join(import.meta.dirname, "../..");
const readme = readFileSync(join(root, "README.md"), "utf8");

/** The fenced code blocks of a page, in order. */
const blocksOf = (page: string) =>
  [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, text]) => ({
    language: language as string,
    text: text as string,
  }));
const blocks = blocksOf(readme);
const only = (language: string) =>
  blocks.filter((block) => block.language === language).map(({ text }) => text);
const [wit] = only("wit") as [string];

/** Creates a project inside the repository, so that its programs can resolve the packages. */
function project(): string {
  mkdirSync(join(root, ".cache"), { recursive: true });
  const directory = mkdtempSync(join(root, ".cache/readme-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  mkdirSync(join(directory, "wit"));
  writeFileSync(join(directory, "package.json"), '{ "type": "module" }');
  writeFileSync(join(directory, "wit/greeter.wit"), wit);
  return directory;
}

/** The errors of the compiler for all programs in a directory, with the options of this repository. */
function mistakesIn(directory: string, lib?: readonly string[]): string {
  const config = {
    extends: "../../tsconfig.json",
    compilerOptions: {
      noEmit: true,
      composite: false,
      types: ["node"],
      ...(lib && { lib }),
    },
    include: ["**/*.ts"],
    references: [],
  };
  writeFileSync(join(directory, "tsconfig.json"), JSON.stringify(config));
  return spawnSync(
    process.execPath,
    [programOf("typescript-7"), "-p", directory],
    {
      encoding: "utf8",
    },
  ).stdout;
}

/** Runs a program, and returns its output. */
function printedBy(directory: string, file: string) {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", join(root, "scripts/typescript.mjs"), file],
    { cwd: directory, encoding: "utf8" },
  );
  return { stdout, stderr };
}

describe("the README", () => {
  it("has programs that compile with strict options and print the output it shows", async () => {
    const directory = project();
    cpSync(
      await buildGuest("StarlingMonkey"),
      join(directory, "component.wasm"),
    );
    for (const command of only("sh").slice(0, 2)) {
      const argv = command.trim().split(" ").slice(2);
      expect(await runCommand(argv, { cwd: directory })).toEqual({
        exitCode: 0,
        stdout: "",
        stderr: "",
      });
    }
    const programs = only("ts");
    expect(programs.length).toBeGreaterThan(1);
    programs.forEach((text, index) => {
      writeFileSync(join(directory, `program${index}.ts`), text);
    });
    expect(mistakesIn(directory)).toBe("");

    // The first program claims that omitting a case is an error.
    const [first = ""] = programs;
    const incomplete = first.replace(/ +case Refusal\.Asleep:\n.*\n/, "");
    expect(incomplete).not.toBe(first);
    writeFileSync(join(directory, "program0.ts"), incomplete);
    expect(mistakesIn(directory)).toContain("program0.ts");
    writeFileSync(join(directory, "program0.ts"), first);

    // Each program is followed by its output.
    for (const [index, text] of programs.entries()) {
      const expected =
        blocks[blocks.findIndex((block) => block.text === text) + 1];
      expect(expected?.language).toBe("text");
      expect(printedBy(directory, `program${index}.ts`)).toEqual({
        stdout: expected?.text,
        stderr: "",
      });
    }
  }, 120_000);

  it("shows the diagnostic that a mistake gives", async () => {
    const directory = project();
    writeFileSync(
      join(directory, "wit/greeter.wit"),
      wit.replace("string, refusal>", "string, refusl>"),
    );
    const { exitCode, stderr } = await runCommand(["generate"], {
      cwd: directory,
    });
    expect(exitCode).toBe(1);
    expect(only("text").map((text) => text.trim())).toContain(stderr.trim());
  });

  it("has a valid configuration, which is applied", async () => {
    const directory = project();
    const [text] = only("js") as [string];
    const name = /\/\/ (\S+)/.exec(text)?.[1] ?? "";
    writeFileSync(join(directory, name), text);
    expect((await runCommand(["generate"], { cwd: directory })).exitCode).toBe(
      0,
    );
    expect(
      readFileSync(
        join(directory, "generated/demo/greeter/greeter.ts"),
        "utf8",
      ),
    ).not.toContain("Promise");
  });

  it("only links to files that exist", () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)];
    expect(links.length).toBeGreaterThan(8);
    for (const [, path] of links)
      expect(existsSync(join(root, path as string)), path).toBe(true);
  });

  it.each([
    "generator/README.md",
    "generated/README.md",
    "runtime/core/README.md",
    "runtime/socket/README.md",
    ...readdirSync(join(root, "docs")).map((name) => `docs/${name}`),
  ])("and %s only link to files that exist", (page) => {
    const text = readFileSync(join(root, page), "utf8");
    const prose = text
      .replaceAll(/^```.*?^```$/gms, "")
      .replaceAll(/`[^`\n]*`/g, "");
    for (const [, path] of prose.matchAll(/\]\((?!https?:)([^)#\s]+)/g))
      expect(existsSync(join(root, dirname(page), path as string)), path).toBe(
        true,
      );
  });

  it("names commands that exist", async () => {
    const commands = [...readme.matchAll(/^\| `wit2ts (\w+)`/gm)];
    expect(commands.length).toBeGreaterThan(3);
    for (const [, command] of commands) {
      expect(
        (await runCommand([command as string, "--help"], { cwd: root }))
          .exitCode,
      ).toBe(0);
    }
    const scripts = JSON.parse(
      readFileSync(join(root, "package.json"), "utf8"),
    ) as { scripts: Record<string, string> };
    expect(
      only("sh")
        .slice(2)
        .map((text) => text.trim()),
    ).toEqual([
      "npm ci && npm start",
      "npm ci && npm test",
      `npm install --save-dev wit2ts\nnpm install @wit2ts/runtime @wit2ts/socket`,
    ]);
    expect(scripts.scripts["start"]).toBeDefined();
    expect(scripts.scripts["test"]).toBeDefined();
  });
});

describe.each([
  ["runtime/core", ["program.ts", "chunks.ts", "main.ts"]],
  ["generator", ["program.ts"]],
  ["generated", []],
])("the README in %s", (folder, printing) => {
  it("has programs that compile with strict options and print the output it shows", async () => {
    const directory = project();
    expect((await runCommand(["generate"], { cwd: directory })).exitCode).toBe(
      0,
    );
    const page = blocksOf(
      readFileSync(join(root, folder, "README.md"), "utf8"),
    );
    const printed: [string, string][] = [];
    let file = "";
    for (const { language, text } of page) {
      if (language === "text") printed.push([file, text]);
      if (language !== "ts") continue;
      // The code blocks of a program with several files begin with the file names.
      file = /^\/\/ (\S+\.ts)$/m.exec(text)?.[1] ?? "program.ts";
      writeFileSync(join(directory, file), text);
    }
    expect(file).not.toBe("");
    expect(mistakesIn(directory)).toBe("");
    expect(printed.map(([file]) => file)).toEqual(printing);
    for (const [file, stdout] of printed)
      expect(printedBy(directory, file)).toEqual({ stdout, stderr: "" });
  }, 30_000);
});

describe("the page on jco", () => {
  it("begins with commands and programs that work as described", async () => {
    const page = readFileSync(join(root, "docs/jco.md"), "utf8");
    const part = blocksOf(page.slice(0, page.indexOf("## Direct bindings")));
    const programs = part.filter(({ language }) => language === "ts");
    const commands = part.flatMap(({ language, text }) =>
      language === "sh" ? text.replaceAll("\\\n", " ").trim().split("\n") : [],
    );
    const directory = project();
    cpSync(
      await buildGuest("StarlingMonkey"),
      join(directory, "component.wasm"),
    );
    expect((await runCommand(["generate"], { cwd: directory })).exitCode).toBe(
      0,
    );
    const jco = join(
      dirname(createRequire(import.meta.url).resolve("@bytecodealliance/jco")),
      "jco.js",
    );
    const transpiling = commands.filter((command) =>
      command.startsWith("npx jco transpile "),
    );
    expect(transpiling).toHaveLength(2);
    // The last command uses `--map`. The programs need the output of the first one, so it runs last.
    for (const command of transpiling.reverse()) {
      const [, , ...words] = command.split(/ +/);
      const { status, stderr } = spawnSync(
        process.execPath,
        [jco, ...words.map((word) => word.replaceAll("'", ""))],
        { cwd: directory, encoding: "utf8" },
      );
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      if (command.includes("--map")) {
        const text = readFileSync(join(directory, "dist/component.js"), "utf8");
        expect(text).toContain("from '@wit2ts/socket/jco/node-sync';");
      }
    }
    programs.forEach(({ text }, index) => {
      writeFileSync(join(directory, `program${index}.ts`), text);
    });
    expect(mistakesIn(directory, ["es2022", "esnext.disposable", "dom"])).toBe(
      "",
    );
    expect(printedBy(directory, "program0.ts")).toEqual({
      stdout: part.find(({ language }) => language === "text")?.text,
      stderr: "",
    });
  }, 120_000);
});
