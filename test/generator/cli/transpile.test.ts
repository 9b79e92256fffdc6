import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import Module from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCommand } from "../../support/command.js";
import { transpileComponent } from "../../support/component/build.js";
import { testDirectory } from "../../support/directory.js";

/** What the command says of components that are none, and of what it finds in its way. */

const source = {
  wit: "package test:tiny; world tiny { export one: func() -> u32; }",
  world: "tiny",
  wat: `(module (func (export "one") (result i32) i32.const 1))`,
};

async function component(): Promise<Buffer> {
  const module = await transpileComponent(source, { mode: "sync" });
  return readFileSync(join(module, "../component.wasm"));
}

const core = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0);

describe("transpile", () => {
  it.each([
    ["a core module", core, 1, "is a core module, not a component: make one"],
    ["text", Buffer.from("(component)"), 1, "is not a WebAssembly component"],
    [
      "a component that is cut off",
      Uint8Array.of(...empty, 10, 9, 1),
      1,
      "x.wasm is damaged: it is cut off",
    ],
    [
      "a component that is not valid",
      Uint8Array.of(...empty, 7, 1, 1),
      1,
      "jco cannot transpile x.wasm: ",
    ],
  ])("refuses %s", async (_, bytes, exitCode, message) => {
    const { path, at, files } = testDirectory();
    writeFileSync(at("x.wasm"), bytes);
    const result = await runCommand(["transpile", "x.wasm"], { cwd: path });
    expect(result).toMatchObject({ exitCode, stdout: "" });
    expect(result.stderr).toMatch(/^error: [^\n]+\n$/);
    expect(result.stderr).toContain(message);
    expect(Object.keys(files())).toEqual(["x.wasm"]);
  });

  it("refuses what is not there", async () => {
    const { path } = testDirectory();
    expect(await runCommand(["transpile", "x.wasm"], { cwd: path })).toEqual({
      exitCode: 2,
      stdout: "",
      stderr:
        "error: there is no file or directory `x.wasm`; name the component to transpile\n",
    });
  });

  it("touches no file that it did not write, and then none at all", async () => {
    const { path, at, write, files } = testDirectory();
    writeFileSync(at("x.wasm"), await component());
    write("dist/package.json", "{}");
    const { exitCode, stderr } = await runCommand(["transpile", "x.wasm"], {
      cwd: path,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("not written by wit2ts\n  package.json\n");
    expect(Object.keys(files())).toEqual(["dist/package.json", "x.wasm"]);
  });

  it("writes nothing for --dry-run and --check, and says what it would", async () => {
    const { path, at, files } = testDirectory();
    writeFileSync(at("x.wasm"), await component());
    const dry = await runCommand(["transpile", "x.wasm", "--dry-run"], {
      cwd: path,
    });
    expect(dry).toMatchObject({ exitCode: 0, stderr: "" });
    expect(dry.stdout).toContain("create    dist/index.js\n");
    const check = await runCommand(["transpile", "x.wasm", "--check"], {
      cwd: path,
    });
    expect(check.exitCode).toBe(1);
    expect(check.stderr).toContain("run `wit2ts transpile`");
    expect(Object.keys(files())).toEqual(["x.wasm"]);
  });

  it("says in its help which packages it needs, and its output", async () => {
    const { stdout } = await runCommand(["transpile", "--help"], { cwd: "/" });
    expect(stdout.replaceAll(/\s+/g, " ")).toMatch(
      /npm install --save-dev @bytecodealliance\/jco To run, the module needs @wit2ts\/runtime; .* @wit2ts\/socket; .* @bytecodealliance\/preview2-shim\. /,
    );
  });

  it("says what the output needs where that is not installed", async () => {
    const { path, at } = testDirectory();
    writeFileSync(at("x.wasm"), await component());
    expect(
      await runCommand(["transpile", "x.wasm", "--out", "out"], { cwd: path }),
    ).toEqual({
      exitCode: 0,
      stdout: "",
      stderr:
        "to run it, install what it imports: npm install @wit2ts/runtime\n",
    });
  });

  it("finds what is installed without a folder, as Yarn does it", async () => {
    const { path, at } = testDirectory();
    writeFileSync(at("x.wasm"), await component());
    const known = new Set(["@wit2ts/runtime"]);
    const asked: string[] = [];
    const stderr = async (): Promise<string> => {
      Object.assign(Module, {
        findPnpApi: () => ({
          resolveToUnqualified(name: string, directory: string) {
            asked.push(`${name} ${directory}`);
            if (!known.has(name)) throw new Error("not found");
            return "/archive.zip/";
          },
        }),
      });
      try {
        const command = ["transpile", "x.wasm", "--out", "out"];
        return (await runCommand(command, { cwd: path })).stderr;
      } finally {
        Reflect.deleteProperty(Module, "findPnpApi");
      }
    };
    expect(await stderr()).toBe("");
    expect(asked).toEqual([`@wit2ts/runtime ${at("out")}/`]);
    known.clear();
    expect(await stderr()).toContain("npm install @wit2ts/runtime");
  });

  it("says that jco has to be installed where it is not, and which where it is too old", async () => {
    const { path, at, write } = testDirectory();
    writeFileSync(at("x.wasm"), await component());
    const generator = join(import.meta.dirname, "../../../generator");
    mkdirSync(at("tool/dist"), { recursive: true });
    for (const name of ["bin", "dist"])
      cpSync(join(generator, name), at("tool", name), { recursive: true });
    // What is no component is told from one without jco.
    write("wit.txt", "package a:b;");
    const run = (file = "x.wasm"): string => {
      try {
        execFileSync(
          process.execPath,
          [at("tool/bin/wit2ts.cjs"), "transpile", file],
          { cwd: path, stdio: "pipe" },
        );
      } catch (error) {
        return String((error as { stderr: Buffer }).stderr);
      }
      return "";
    };
    expect(run("wit.txt")).toContain("is not a WebAssembly component");
    expect(run()).toBe(
      "error: transpiling is done by jco, which is not installed: run `npm install --save-dev @bytecodealliance/jco`\n",
    );
    const jco = "node_modules/@bytecodealliance/jco";
    write(
      `${jco}/package.json`,
      '{ "version": "1.20.3", "type": "module", "exports": "./dist/api.js" }',
    );
    write(`${jco}/dist/api.js`, "");
    expect(run()).toMatch(
      /^error: transpiling needs jco 1\.34 or a later 1\.x, and 1\.20\.3 is installed: run `[^`\n]+`\n$/,
    );
  });
});
