/** The synchronous bridge when the process ends, and where the program is bundled. */
import { build } from "esbuild";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../../", import.meta.url));
const module = new URL(
  "../../../support/sync/implementation.mjs",
  import.meta.url,
).href;

/** A program that makes a bridge of one function, and then does what `rest` says. */
function program(name: string, options: unknown, rest: string): string {
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
  const made = { module, export: name, options };
  return `
    import { createSyncBridge } from "@wit2ts/runtime/sync";
    const { contract } = createSyncBridge(${JSON.stringify(command)}, ${JSON.stringify(made)});
    ${rest}`;
}

it("delivers 8 MB that the implementation has queued when the process is ended", async () => {
  const total = 8 << 20;
  let received = 0;
  const server = createServer((socket) => {
    // Slow to begin, so that most of it is still queued when the process ends.
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
  // It was not all with the system when the process was ended.
  expect(Number(stdout)).toBeGreaterThan(0);
  await closed;
  expect(received).toBe(total);
}, 20_000);

describe("a bundle", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "wit2ts-bridge-"));
    await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Bundles a program of one call, and the other entries, into the folder. */
  async function bundle(
    format: "esm" | "cjs",
    entries: Record<string, string> = {},
  ): Promise<string> {
    const extension = format === "esm" ? ".js" : ".cjs";
    const contents = program(
      "control",
      {},
      `console.log(contract.aString("ping"));`,
    );
    await build({
      entryPoints: { app: "app", ...entries },
      bundle: true,
      platform: "node",
      target: "node20",
      format,
      outdir: folder,
      outExtension: { ".js": extension },
      logLevel: "silent",
      plugins: [
        {
          name: "program",
          setup({ onResolve, onLoad }) {
            onResolve({ filter: /^app$/ }, () => ({
              path: "app",
              namespace: "program",
            }));
            onLoad({ filter: /./, namespace: "program" }, () => ({
              contents,
              resolveDir: import.meta.dirname,
            }));
          },
        },
      ],
    });
    return join(folder, `app${extension}`);
  }

  it("runs with the entries that the README names", async () => {
    const readme = await readFile(join(root, "runtime/core/README.md"), "utf8");
    const words = /^npx esbuild (.*)$/m.exec(readme)?.[1]?.split(" ") ?? [];
    const entries = words.flatMap((word) => {
      const [, name = "", path = ""] =
        /^([\w-]+)=node_modules\/@wit2ts\/runtime\/(.*)$/.exec(word) ?? [];
      return name === ""
        ? []
        : [[name, join(root, "runtime/core", path)] as const];
    });
    expect(entries).toHaveLength(2);
    expect(words.filter((word) => word.startsWith("--"))).toEqual([
      "--bundle",
      "--platform=node",
      "--target=node20",
      "--format=esm",
      "--outdir=dist",
    ]);
    const file = await bundle("esm", Object.fromEntries(entries));
    const { stdout } = await run(process.execPath, [file]);
    expect(stdout).toBe("ping\n");
  }, 20_000);

  it("says what is missing where its supervisor is left out", async () => {
    const file = await bundle("esm");
    await expect(
      // Less than what a supervisor that does not start is given.
      run(process.execPath, [file], { timeout: 5_000 }),
    ).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /BridgeClosedError: .*bridge-supervisor\.js/,
      ) as string,
    });
  }, 20_000);

  it("says that it has to be an ES module where it is none", async () => {
    const file = await bundle("cjs");
    await expect(run(process.execPath, [file])).rejects.toMatchObject({
      stderr: expect.stringContaining(
        "has to be bundled as an ES module",
      ) as string,
    });
  }, 20_000);
});
