/** A program that its user bundles, as the README says, with the worker beside it. */
import { build } from "esbuild";
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../../", import.meta.url));
const program = fileURLToPath(
  new URL("programs/send-to-itself.mjs", import.meta.url),
);

let folder: string;
let target: string;

/** What the README says after `npx esbuild`, with our paths instead of the user's. */
async function documented(): Promise<{
  entryPoints: Record<string, string>;
  flags: readonly string[];
}> {
  const readme = await readFile(join(root, "runtime/socket/README.md"), "utf8");
  const command = /^npx esbuild (.*)$/m.exec(
    readme.slice(readme.indexOf("### Bundling")),
  )?.[1];
  const words = command?.split(" ") ?? [];
  expect(words).toContain("app=app.ts");
  const worker = words.find((word) => word.startsWith("worker="));
  return {
    entryPoints: {
      app: program,
      worker: join(root, (worker ?? "").slice("worker=".length)),
    },
    flags: words.filter((word) => word.startsWith("--")),
  };
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wit2ts-bundle-"));
  // Bundled here, run where there is no package.
  const { entryPoints, flags } = await documented();
  expect(flags).toEqual([
    "--bundle",
    "--platform=node",
    // Without it, esbuild leaves `using` as it is, which Node 20 does not know.
    "--target=node20",
    "--format=esm",
    "--outdir=dist",
  ]);
  await build({
    entryPoints,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "esm",
    outdir: join(folder, "dist"),
    logLevel: "silent",
  });
  target = join(folder, "elsewhere");
  await cp(join(folder, "dist"), target, { recursive: true });
  await cp(
    fileURLToPath(new URL("programs/module.json", import.meta.url)),
    join(folder, "package.json"),
  );
});

afterEach(() => rm(folder, { recursive: true }));

test("a bundle runs with the worker beside it", async () => {
  const { stdout } = await run(process.execPath, [join(target, "app.js")]);
  expect(stdout).toBe("100000 bytes\n");
}, 20_000);

test("a bundle without the worker says what is missing", async () => {
  await rm(join(target, "worker.js"));
  const failed = run(process.execPath, [join(target, "app.js")]);
  await expect(failed).rejects.toMatchObject({
    stderr: expect.stringContaining(
      "`worker.js` must lie beside the bundle",
    ) as string,
  });
}, 20_000);

test("a bundle that is no ES module says that it has to be one", async () => {
  const file = join(folder, "app.cjs");
  await build({
    entryPoints: [program],
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    outfile: file,
    logLevel: "silent",
  });
  await expect(run(process.execPath, [file])).rejects.toMatchObject({
    stderr: expect.stringContaining(
      "has to be bundled as an ES module",
    ) as string,
  });
}, 20_000);
