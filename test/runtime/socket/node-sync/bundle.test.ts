/** Programs that are bundled, and run where the package is not installed. */
import { build, type Format } from "esbuild";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";

const run = promisify(execFile);
const program = fileURLToPath(
  new URL("programs/send-to-itself.mjs", import.meta.url),
);

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wit2ts-bundle-"));
});

afterEach(() => rm(folder, { recursive: true }));

async function bundle(file: string, format: Format): Promise<string> {
  const outfile = join(folder, file);
  await build({
    entryPoints: [program],
    bundle: true,
    platform: "node",
    target: "node20",
    format,
    minify: true,
    outfile,
    logLevel: "silent",
  });
  return outfile;
}

test.each([
  ["an ES module", "app.mjs", "esm"],
  ["a CommonJS module", "app.cjs", "cjs"],
  ["a script", "script.cjs", "iife"],
] as const)("a bundle that is %s runs", async (_, file, format) => {
  const { stdout } = await run(process.execPath, [await bundle(file, format)]);
  expect(stdout).toBe("100000 bytes\n");
});
