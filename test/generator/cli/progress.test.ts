import { expect, it } from "vitest";
import { runCommand } from "../../support/command.js";
import { testDirectory } from "../../support/directory.js";

const files = {
  "wit/net.wit": "package demo:net; interface net { f: func(); }",
  ".prettierrc.json": "{ nonsense",
};

it("clears the progress line before an error is printed", async () => {
  const { path: cwd } = testDirectory(files);
  const env = { NO_COLOR: "1" };
  const { stderr } = await runCommand(["generate"], {
    cwd,
    env,
    isTerminal: true,
  });
  expect(stderr).toContain(
    "generating generated …\r\u001b[2Kerror: cannot format with Prettier",
  );
});

it("prints no progress if the output is no terminal", async () => {
  const { path: cwd } = testDirectory(files);
  const { stderr } = await runCommand(["generate"], { cwd });
  expect(stderr).toMatch(/^error: cannot format with Prettier/);
});
