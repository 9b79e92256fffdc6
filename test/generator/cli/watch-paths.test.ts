import { rmSync, symlinkSync } from "node:fs";
import { expect, it, onTestFinished, vi } from "vitest";
import type { watchPaths } from "../../../generator/src/cli/watch-paths.js";
import { startCommand } from "../../support/command.js";
import { testDirectory } from "../../support/directory.js";

const watcher = vi.hoisted((): { changed?: (path: string) => void } => ({}));

vi.mock("../../../generator/src/cli/watch-paths.js", () => ({
  watchPaths: ((_directories, _ignored, changed) => {
    watcher.changed = changed;
    return Promise.resolve({
      isCurrent: () => true,
      close: () => Promise.resolve(),
    });
  }) satisfies typeof watchPaths,
}));

it.skipIf(process.platform === "win32")(
  "continues if the watcher reports a file that has become a link to itself",
  async () => {
    const directory = testDirectory({
      "wit/net.wit": "package demo:net;\n\ninterface net {}\n",
    });
    const command = startCommand(["generate", "--watch"], {
      cwd: directory.path,
    });
    onTestFinished(async () => {
      command.stop();
      await command.result;
    });
    const eventually = (text: string) =>
      vi.waitFor(() => expect(command.output()).toContain(text), 30_000);
    await eventually("watching wit\n");
    const file = directory.at("wit/net.wit");
    rmSync(file);
    symlinkSync("net.wit", file);
    watcher.changed?.(file);
    await eventually("nothing was written");
    expect(command.output()).toContain("wit/net.wit changed\n");
  },
);
