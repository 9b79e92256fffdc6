import { mkdirSync, renameSync, rmSync } from "node:fs";
import { posix } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { startCommand } from "../../support/command.js";
import { type TestDirectory, testDirectory } from "../../support/directory.js";

const wit = (name: string) =>
  `package demo:net;\n\ninterface net {\n  ${name}: func();\n}\n`;
const output = "generated/demo/net/net.ts";

function start(directory: TestDirectory, ...argv: string[]) {
  const command = startCommand(["generate", "--watch", ...argv], {
    cwd: directory.path,
  });
  onTestFinished(async () => {
    command.stop();
    await command.result;
  });
  return command;
}

const eventually = (check: () => void) =>
  vi.waitFor(check, { timeout: 30_000, interval: 10 });

describe("generate --watch", () => {
  it("generates at once and whenever the WIT changes, and stops on request", async () => {
    const directory = testDirectory({ "wit/net.wit": wit("one") });
    const command = start(directory);
    await eventually(() =>
      expect(command.output()).toContain("watching wit\n"),
    );
    expect(directory.read(output)).toContain("one():");
    directory.write("wit/net.wit", wit("two"));
    await eventually(() => expect(directory.read(output)).toContain("two():"));
    await eventually(() =>
      expect(command.output()).toContain("update    generated/demo/net/net.ts"),
    );
    expect(command.output()).toContain("wit/net.wit changed\n");
    command.stop();
    expect((await command.result).exitCode).toBe(0);
  });

  it("continues after an error, and leaves the output unchanged", async () => {
    const directory = testDirectory({ "wit/net.wit": wit("one") });
    const command = start(directory);
    await eventually(() => expect(command.output()).toContain("watching"));
    directory.write("wit/net.wit", "package demo:net;\ninterface net {");
    await eventually(() =>
      expect(command.output()).toContain("nothing was written"),
    );
    expect(command.output()).toContain("wit/net.wit:2:");
    expect(directory.read(output)).toContain("one():");
    directory.write("wit/net.wit", wit("three"));
    await eventually(() =>
      expect(directory.read(output)).toContain("three():"),
    );
  });

  it("writes nothing if one of several entries would replace a file that wit2ts did not write", async () => {
    const directory = testDirectory({
      "wit/net.wit": wit("one"),
      "b/index.ts": "mine",
      "wit2ts.config.json": '[{ "out": "a" }, { "out": "b" }]',
    });
    const command = start(directory);
    await eventually(() => expect(command.output()).toContain("watching"));
    expect(command.output()).toContain("Nothing was written.");
    expect(Object.keys(directory.files())).not.toContain("a/index.ts");
  });

  it("starts even if the WIT has an error", async () => {
    const directory = testDirectory({ "wit/net.wit": "interface" });
    const command = start(directory);
    await eventually(() => expect(command.output()).toContain("watching"));
    directory.write("wit/net.wit", wit("mended"));
    await eventually(() =>
      expect(directory.read(output)).toContain("mended():"),
    );
  });

  it("notices a file that is saved by renaming, a new file and a deleted file", async () => {
    const directory = testDirectory({ "wit/net.wit": wit("one") });
    const command = start(directory);
    await eventually(() => expect(command.output()).toContain("watching"));
    directory.write("wit/net.wit~", wit("renamed"));
    renameSync(directory.at("wit/net.wit~"), directory.at("wit/net.wit"));
    await eventually(() =>
      expect(directory.read(output)).toContain("renamed():"),
    );
    directory.write("wit/more.wit", "interface more {}\n");
    await eventually(() =>
      expect(Object.keys(directory.files())).toContain(
        "generated/demo/net/more.ts",
      ),
    );
    rmSync(directory.at("wit/more.wit"));
    await eventually(() =>
      expect(Object.keys(directory.files())).not.toContain(
        "generated/demo/net/more.ts",
      ),
    );
  });

  it("notices a directory that is deleted and created again", async () => {
    const directory = testDirectory({ "wit/net.wit": wit("one") });
    const command = start(directory);
    await eventually(() => expect(command.output()).toContain("watching"));
    rmSync(directory.at("wit"), { recursive: true });
    await eventually(() =>
      expect(command.output()).toContain("there is no file or directory `wit`"),
    );
    mkdirSync(directory.at("wit"));
    directory.write("wit/net.wit", wit("back"));
    await eventually(() => expect(directory.read(output)).toContain("back():"));
    directory.write("wit/net.wit", wit("again"));
    await eventually(() =>
      expect(directory.read(output)).toContain("again():"),
    );
  });

  it("notices changes in a directory that has replaced the watched one", async () => {
    const directory = testDirectory({ "wit/net.wit": wit("one") });
    const command = start(directory);
    await eventually(() => expect(command.output()).toContain("watching"));
    directory.write("next/net.wit", wit("two"));
    rmSync(directory.at("wit"), { recursive: true });
    renameSync(directory.at("next"), directory.at("wit"));
    await eventually(() => expect(directory.read(output)).toContain("two():"));
    directory.write("wit/more.wit", "interface more {}\n");
    await eventually(() =>
      expect(Object.keys(directory.files())).toContain(
        "generated/demo/net/more.ts",
      ),
    );
  });

  it("applies a change of the configuration", async () => {
    const directory = testDirectory({
      "wit/net.wit": wit("one"),
      "other/net.wit": wit("other"),
      "wit2ts.config.json": '{ "wit": "wit" }',
    });
    const command = start(directory);
    await eventually(() => expect(command.output()).toContain("watching"));
    directory.write("wit2ts.config.json", '{ "wit": "oth');
    await eventually(() =>
      expect(command.output()).toContain("is not valid JSON"),
    );
    directory.write("wit2ts.config.json", '{ "wit": "other" }');
    await eventually(() =>
      expect(directory.read(output)).toContain("other():"),
    );
    directory.write("other/net.wit", wit("changed"));
    await eventually(() =>
      expect(directory.read(output)).toContain("changed():"),
    );
  });

  it("watches a single file", async () => {
    const directory = testDirectory({
      "net.wit": wit("one"),
      "unrelated.wit": "",
    });
    const command = start(directory, "net.wit");
    await eventually(() =>
      expect(command.output()).toContain("watching net.wit"),
    );
    directory.write("net.wit", wit("two"));
    await eventually(() => expect(directory.read(output)).toContain("two():"));
  });

  it.each([".", "wit", "wit/generated"])(
    "notices changes if the output is in %s, and ignores what it writes itself",
    async (out) => {
      const directory = testDirectory({ "wit/net.wit": wit("one") });
      const command = start(directory, "--out", out);
      const file = `${out}/demo/net/net.ts`;
      const changes = () => command.output().match(/^.* changed$/gm);
      await eventually(() => expect(command.output()).toContain("watching"));
      directory.write("wit/net.wit", wit("two"));
      await eventually(() => expect(directory.read(file)).toContain("two():"));
      directory.write(
        "wit/more.wit",
        wit("more").replace(/ net \{/, " more {"),
      );
      await eventually(() =>
        expect(Object.keys(directory.files())).toContain(
          posix.join(out, "demo/net/more.ts"),
        ),
      );
      expect(new Set(changes())).toEqual(
        new Set(["wit/net.wit changed", "wit/more.wit changed"]),
      );
    },
  );
});
