// Compiles every package and bundles the command into `generator/dist/command.cjs`.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";
import { lazyBuiltIns } from "./lazy-built-ins.mjs";

const root = join(import.meta.dirname, "..");

/** What is shipped. Examples, benchmarks and tests run from their sources; `npm run typecheck` compiles them. */
const packages = ["runtime/core", "generated", "runtime/socket", "generator"];

/** Compiles the packages with project references, in order, only what has changed. */
function compile() {
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  return (
    spawnSync(process.execPath, [tsc, "--build", ...packages], {
      cwd: root,
      stdio: "inherit",
    }).status === 0
  );
}

/** Bundles the command. It is CommonJS because that starts fastest and reaches `node:` modules only when used. */
async function bundle() {
  const entry = join(root, "generator/src/cli/main.ts");
  const { metafile } = await build({
    entryPoints: [entry],
    outfile: join(root, "generator/dist/command.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    minify: true,
    legalComments: "none",
    metafile: true,
    // Loaded only where they are needed, and from where they are installed.
    external: [
      "ts-morph",
      "prettier",
      "@bytecodealliance/jco",
      "@bytecodealliance/jco-transpile",
    ],
    alias: { "prettier/doc": join(root, "node_modules/prettier/doc.mjs") },
    plugins: [lazyBuiltIns],
    logLevel: "warning",
  });
  writeFileSync(
    join(root, "generator/dist/THIRD-PARTY-LICENSES.txt"),
    licences(Object.keys(metafile.inputs)),
  );
}

/** The modules that are started as workers. */
const workers = [
  "runtime/core/src/sync/bridge-supervisor.ts",
  "runtime/core/src/sync/bridge-worker.ts",
  "runtime/socket/src/node-sync/worker.ts",
];

/**
 * Makes one file of each worker, in the place of the one that the compiler wrote: bundlers that know `new URL(…, import.meta.url)` copy that
 * file, and nothing that it imports.
 */
async function bundleWorkers() {
  for (const entry of workers) {
    await build({
      entryPoints: [join(root, entry)],
      outfile: join(
        root,
        entry.replace("/src/", "/dist/").replace(/\.ts$/, ".js"),
      ),
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      logLevel: "warning",
    });
  }
}

/** The licences of the packages that the bundle holds, which they want to be handed on. */
function licences(inputs) {
  const packages = new Set(
    inputs.map(
      (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1],
    ),
  );
  packages.delete(undefined);
  return [...packages]
    .sort()
    .map((name) => {
      const folder = join(root, "node_modules", name);
      const { version } = JSON.parse(
        readFileSync(join(folder, "package.json"), "utf8"),
      );
      const file = readdirSync(folder).find((entry) =>
        /^licen[cs]e/i.test(entry),
      );
      if (file === undefined)
        throw new Error(`${name} comes without a licence`);
      return `${name} ${version}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}

// The command is bundled from the sources, so it can be tried while something else does not compile yet.
console.log("building the packages and the command …");
await bundle();
if (!compile()) process.exitCode = 1;
await bundleWorkers();
