// Compiles every package and bundles the command into `generator/dist/command.cjs`.
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { lazyBuiltIns } from "./lazy-built-ins.mjs";

const root = join(import.meta.dirname, "..");

/**
 * The packages that are published. Examples, benchmarks and tests run from source; `npm run typecheck` compiles them.
 */
const packages = ["runtime/core", "generated", "runtime/socket", "generator"];

/** Compiles the packages incrementally, in the order of their project references. */
function compile() {
  // TypeScript 7 is several times as fast as TypeScript 6 and generates the same output.
  const tsc = join(root, "node_modules/typescript-7/bin/tsc");
  return (
    spawnSync(process.execPath, [tsc, "--build", ...packages], {
      cwd: root,
      stdio: "inherit",
    }).status === 0
  );
}

/** Bundles the command as CommonJS, which starts fastest and can load `node:` modules lazily. */
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
    // Loaded on demand, from where they are installed.
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

/**
 * The entry points of the workers, by the export that holds their bundled source. The modules with these exports are
 * generated; the `.d.ts` files in `src` declare them.
 */
const workerPrograms = {
  "runtime/core/src/sync/programs.d.ts": {
    supervisorProgram: "bridge-supervisor.ts",
    workerProgram: "bridge-worker.ts",
  },
  "runtime/socket/src/node-sync/program.d.ts": {
    workerProgram: "worker.ts",
  },
};

/**
 * Bundles each worker with all its imports into a string constant. A program that is bundled then includes its workers,
 * whatever the bundler and the output format; separate files would be missing, because most bundlers do not copy them.
 */
async function bundleWorkers() {
  for (const [declared, programs] of Object.entries(workerPrograms)) {
    const exports = [];
    for (const [name, entry] of Object.entries(programs)) {
      const source = join(root, declared, "..", entry);
      const { outputFiles } = await build({
        entryPoints: [source],
        bundle: true,
        platform: "node",
        format: "cjs",
        target: "node20",
        write: false,
        logLevel: "warning",
      });
      exports.push(
        `export const ${name} = ${JSON.stringify(outputFiles[0].text)};\n`,
      );
    }
    const declarations = declared.replace("/src/", "/dist/");
    copyFileSync(join(root, declared), join(root, declarations));
    const file = declarations.replace(/\.d\.ts$/, ".js");
    writeFileSync(join(root, file), exports.join(""));
  }
}

/** The licences of the bundled packages, which must be distributed with the bundle. */
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

// The command is bundled from source, so that it can be tried even if other packages do not compile.
console.log("building the packages and the command …");
await bundle();
if (!compile()) process.exitCode = 1;
await bundleWorkers();
