/** The synchronous bridge when the process ends, and where the program is bundled. */
import { build } from "esbuild";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const run = promisify(execFile);
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

it("says what is missing where a bundle leaves its supervisor out", async () => {
  const folder = await mkdtemp(join(tmpdir(), "wit2ts-bridge-"));
  try {
    const outfile = join(folder, "app.mjs");
    await build({
      stdin: {
        contents: program("control", {}, `contract.aString("never");`),
        resolveDir: import.meta.dirname,
      },
      bundle: true,
      platform: "node",
      format: "esm",
      outfile,
      logLevel: "silent",
    });
    await expect(
      // Less than what a supervisor that does not start is given.
      run(process.execPath, [outfile], { timeout: 5_000 }),
    ).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /BridgeClosedError: .*supervisor\.js/,
      ) as string,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}, 20_000);
