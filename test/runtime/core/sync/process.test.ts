/** The synchronous bridge when the process exits, and in a bundled program. */
import { build } from "esbuild";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const run = promisify(execFile);
const module = new URL(
  "../../../support/sync/implementation.mjs",
  import.meta.url,
).href;

/** The descriptor of an interface of one function. */
const command = {
  kind: "interface",
  name: "wit2ts-test:shapes/command",
  types: {},
  functions: {
    aString: {
      name: "a-string",
      parameters: [{ name: "command", type: "string" }],
      result: "string",
    },
  },
};

/** A program that creates a bridge for that interface, and then runs the code in `rest`. */
function program(name: string, options: unknown, rest: string): string {
  const made = { module, export: name, options };
  return `
    import { createSyncBridge } from "@wit2ts/runtime/sync";
    const { contract } = createSyncBridge(${JSON.stringify(command)}, ${JSON.stringify(made)});
    ${rest}`;
}

it("a bridge delivers 8 MB that the implementation has queued when the process exits", async () => {
  const total = 8 << 20;
  let received = 0;
  const server = createServer((socket) => {
    // Start reading late, so that most of the data is still queued when the process exits.
    void sleep(200).then(() => {
      socket.on("data", ({ length }) => {
        received += length;
      });
    });
    socket.on("close", () => server.close());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const closed = once(server, "close");
  const { port } = server.address() as AddressInfo;
  const { stdout } = await run(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      program(
        "queue",
        { port },
        `console.log(contract.aString("${String(total)}")); process.exit();`,
      ),
    ],
    { cwd: import.meta.dirname, timeout: 10_000 },
  );
  // The kernel had not taken all the data when the process exited.
  expect(Number(stdout)).toBeGreaterThan(0);
  await closed;
  expect(received).toBe(total);
}, 20_000);

it.each([
  ["of V8", ["--max-old-space-size=500"]],
  ["of the whole process", ["--title", "x", "--icu-data-dir=."]],
])(
  "a bridge can be created if Node has options %s, and its worker has the other options",
  async (_, refused) => {
    const { stdout } = await run(
      process.execPath,
      [
        ...refused,
        "--conditions=mine",
        "--input-type=module",
        "--eval",
        program(
          "control",
          {},
          `console.log(contract.aString("ping"), contract.aString("options"));`,
        ),
      ],
      { cwd: import.meta.dirname, timeout: 10_000 },
    );
    expect(stdout).toBe("ping --conditions=mine\n");
  },
);

describe("a bundle", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "wit2ts-bridge-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it.each([
    ["an ES module", "app.mjs", "esm"],
    ["a CommonJS module", "app.cjs", "cjs"],
    ["a script", "script.cjs", "iife"],
  ] as const)("that is %s runs", async (_, file, format) => {
    const outfile = join(folder, file);
    await build({
      stdin: {
        contents: program(
          "control",
          {},
          `console.log(contract.aString("ping"));`,
        ),
        resolveDir: import.meta.dirname,
      },
      bundle: true,
      platform: "node",
      target: "node20",
      format,
      minify: true,
      outfile,
      logLevel: "silent",
    });
    const { stdout } = await run(process.execPath, [outfile]);
    expect(stdout).toBe("ping\n");
  });
});

describe("the name of a module", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "wit2ts-bridge-"));
    const mine = join(folder, "node_modules/mine");
    await mkdir(mine, { recursive: true });
    await writeFile(join(mine, "package.json"), '{ "exports": "./mine.mjs" }');
    await writeFile(
      join(mine, "mine.mjs"),
      `export default { aString: async (text) => text + "!" };`,
    );
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("is resolved from the working directory", async () => {
    const text = `
      import { createSyncBridge } from ${JSON.stringify(import.meta.resolve("@wit2ts/runtime/sync"))};
      const { contract } = createSyncBridge(${JSON.stringify(command)}, { module: "mine" });
      console.log(contract.aString("mine"));`;
    const evaluate = (cwd: string) =>
      run(process.execPath, ["--input-type=module", "--eval", text], { cwd });
    expect((await evaluate(folder)).stdout).toBe("mine!\n");
    await expect(evaluate(import.meta.dirname)).rejects.toMatchObject({
      stderr: expect.stringContaining("Cannot find package 'mine'") as string,
    });
  });
});
