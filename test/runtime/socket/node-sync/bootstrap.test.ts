import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import {
  supervisorScript,
  workerScript as bridgeWorkerScript,
} from "../../../../runtime/core/src/sync/bootstrap.js";
import { workerScript } from "../../../../runtime/socket/src/node-sync/bootstrap.js";
import * as bridge from "../../../../runtime/core/dist/sync/programs.js";
import * as socket from "../../../../runtime/socket/dist/node-sync/program.js";

const scripts = [
  ["the sockets' worker", workerScript(socket.workerProgram)],
  ["the bridge's supervisor", supervisorScript(bridge.supervisorProgram)],
  ["the bridge's worker", bridgeWorkerScript(bridge.workerProgram)],
];

test.each(scripts)(
  "%s declares no name that the CommonJS wrapper already declares",
  (_, text) => {
    // Deno runs scripts in this wrapper; Node does not.
    expect(
      () =>
        // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is only compiled
        new Function("exports", "require", "module", text),
    ).not.toThrow();
  },
);

test.each(scripts)("%s requires only modules of Node", (_, text) => {
  const wanted = [...text.matchAll(/\brequire\((.*?)\)/g)];
  expect(wanted.length).toBeGreaterThan(0);
  for (const [, specifier] of wanted)
    expect(specifier).toMatch(/^"node:[\w/]+"$/);
  expect(text).not.toMatch(/^(import|export) /m);
});

test("the sockets' worker gets messages from its caller through a port that it is handed", () => {
  // In Deno, messages cannot be received from `parentPort`.
  expect(socket.workerProgram).not.toContain("parentPort");
});

test.each([
  ["the sockets' worker", workerScript],
  ["the bridge's supervisor", supervisorScript],
  ["the bridge's worker", bridgeWorkerScript],
])(
  "%s runs whether Node's options make it a CommonJS or an ES module",
  async (_, script) => {
    const text = script(`console.log(typeof require("node:net").connect);`);
    for (const type of ["module", "commonjs"]) {
      const { stdout } = await promisify(execFile)(process.execPath, [
        `--input-type=${type}`,
        "--eval",
        text,
      ]);
      expect(stdout).toBe("function\n");
    }
  },
);
