import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, cpSync, existsSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type TestDirectory, testDirectory } from "../support/directory.js";

/** The published command: a single file, run as a process. */

const run = promisify(execFile);
const generator = join(import.meta.dirname, "../../generator");
const wit = "package demo:net;\n\ninterface net {\n  one: func();\n}\n";

/** Creates a directory with the command and the given files, but without packages that it could load. */
function alone(
  files: Record<string, string>,
): TestDirectory & { readonly command: string } {
  const directory = testDirectory(files);
  mkdirSync(directory.at("tool/dist"), { recursive: true });
  cpSync(join(generator, "bin"), directory.at("tool/bin"), { recursive: true });
  cpSync(
    join(generator, "dist/command.cjs"),
    directory.at("tool/dist/command.cjs"),
  );
  return { ...directory, command: directory.at("tool/bin/wit2ts.cjs") };
}

function start(
  args: readonly string[],
  cwd: string,
): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, args, {
    cwd,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (output += String(chunk)));
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  return { child, output: () => output };
}

describe("the bundled command", () => {
  it("generates, checks and inspects without any other package, such as ts-morph, Prettier or jco", async () => {
    const { path, command, read } = alone({ "wit/net.wit": wit });
    for (const args of [
      ["generate"],
      ["generate", "--check"],
      ["check"],
      ["inspect"],
    ]) {
      const { stderr } = await run(process.execPath, [command, ...args], {
        cwd: path,
      });
      expect(stderr).toBe("");
    }
    expect(read("generated/demo/net/net.ts")).toContain("one(): void;");
  });

  it("loads nothing but itself", async () => {
    const { path, command } = alone({
      "wit/net.wit": wit,
      "trace.cjs":
        'process.on("exit", () => console.log(JSON.stringify(Object.keys(require.cache))));',
    });
    const { stdout } = await run(
      process.execPath,
      ["--require", "./trace.cjs", command, "generate"],
      { cwd: path },
    );
    const loaded = (JSON.parse(stdout) as string[]).map((name) =>
      name.slice(path.length + 1),
    );
    expect(loaded.sort()).toEqual([
      "tool/bin/wit2ts.cjs",
      "tool/dist/command.cjs",
      "trace.cjs",
    ]);
  });

  it("does not load modules of Node that it does not need", async () => {
    const { path, command } = alone({
      "wit/net.wit": wit,
      "trace.cjs":
        'process.on("exit", () => { const loaded = JSON.stringify(process.moduleLoadList); console.log(loaded); });',
    });
    const { stdout } = await run(
      process.execPath,
      ["--require", "./trace.cjs", command, "generate"],
      { cwd: path },
    );
    const loaded = JSON.parse(stdout) as string[];
    expect(loaded).toContain("NativeModule v8");
    for (const name of [
      "child_process",
      "internal/fs/promises",
      "net",
      "perf_hooks",
      "tty",
    ])
      expect(loaded).not.toContain(`NativeModule ${name}`);
  });

  it("exits without an error message when its standard output is closed", async () => {
    const interfaces = Array.from(
      { length: 400 },
      (_, index) => `interface i${index} {\n  f: func();\n}\n`,
    );
    const { path, command } = alone({
      "wit/net.wit": `package demo:net;\n${interfaces.join("")}`,
    });
    const { child, output } = start([command, "generate", "--stdout"], path);
    child.stdout?.once("data", () => child.stdout?.destroy());
    await once(child, "exit");
    expect(child.signalCode).toBeNull();
    expect(output()).not.toContain("EPIPE");
  });

  it.runIf(existsSync("/dev/full"))(
    "fails with one line and no stack trace if its output cannot be written",
    async () => {
      const { path, command } = alone({ "wit/net.wit": wit });
      const full = openSync("/dev/full", "w");
      const child = spawn(process.execPath, [command, "inspect"], {
        cwd: path,
        stdio: ["ignore", full, "pipe"],
      });
      closeSync(full);
      let output = "";
      child.stderr?.on("data", (chunk: Buffer) => (output += String(chunk)));
      expect(await once(child, "close")).toEqual([1, null]);
      expect(output).toBe(
        "error: cannot write the output: no space left on the device\n",
      );
    },
  );

  it.skipIf(process.platform === "win32")(
    "reports that its working directory was deleted",
    async () => {
      const { path, command } = alone({ "wit/net.wit": wit });
      const script = `mkdir gone && cd gone && rmdir ../gone && "$1" "$2" check wit`;
      const arguments_ = ["-c", script, "sh", process.execPath, command];
      await expect(run("sh", arguments_, { cwd: path })).rejects.toMatchObject({
        code: 1,
        stderr:
          "error: cannot find the working directory: no such file or directory\n",
      });
    },
  );

  it.each(["SIGINT", "SIGTERM"] as const)(
    "stops watching on %s",
    async (signal) => {
      const { path, command } = alone({ "wit/net.wit": wit });
      const { child, output } = start([command, "generate", "--watch"], path);
      await vi.waitFor(() => expect(output()).toContain("watching wit"), {
        timeout: 10_000,
      });
      child.kill(signal);
      expect(await once(child, "exit")).toEqual([0, null]);
    },
  );

  it("stops watching when its input ends", async () => {
    const { path, command } = alone({ "wit/net.wit": wit });
    const { child, output } = start([command, "generate", "--watch"], path);
    await vi.waitFor(() => expect(output()).toContain("watching wit"), {
      timeout: 10_000,
    });
    child.stdin?.end();
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it("continues to watch if it has no standard input", async () => {
    const { path, command, write, read } = alone({ "wit/net.wit": wit });
    const child = spawn(process.execPath, [command, "generate", "--watch"], {
      cwd: path,
      stdio: ["ignore", "pipe", "inherit"],
    });
    onTestFinished(async () => {
      child.kill("SIGKILL");
      if (child.signalCode === null) await once(child, "exit");
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += String(chunk)));
    await vi.waitFor(() => expect(output).toContain("watching wit"), {
      timeout: 30_000,
    });
    write("wit/net.wit", wit.replace("one", "two"));
    await vi.waitFor(
      () => expect(read("generated/demo/net/net.ts")).toContain("two()"),
      { timeout: 30_000 },
    );
  });
});
