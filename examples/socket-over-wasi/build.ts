/**
 * Builds a component from the adapter, bundled by esbuild and componentized by jco, and transpiles components with `jco
 * transpile`.
 */
import { build } from "esbuild";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { hash } from "../support/hash.js";

/** The module that jco generates in its instantiation mode. */
export interface TranspiledComponent {
  instantiate(
    getCoreModule: undefined,
    imports: Record<string, unknown>,
  ): Promise<Record<string, unknown>>;
}

const here = (path: string): string =>
  fileURLToPath(new URL(path, import.meta.url));
const jco = join(
  dirname(createRequire(import.meta.url).resolve("@bytecodealliance/jco")),
  "jco.js",
);
const jcoPackage = join(dirname(jco), "../package.json");
const cache = here("../../.cache/socket-over-wasi");

/** Runs a script in a separate process: jco starts a worker thread for WASI that never ends. */
async function run(script: string, ...args: readonly string[]): Promise<void> {
  await promisify(execFile)(process.execPath, [script, ...args]);
}

/**
 * Builds the adapter with StarlingMonkey, or returns the cached component if the inputs have not changed. A build takes
 * about 15 seconds.
 *
 * @returns the path of the component.
 */
export async function buildAdapter(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [here("./guest.ts")],
    bundle: true,
    format: "esm",
    target: "es2020",
    external: ["wasi:*"],
    write: false,
  });
  const bundle = outputFiles[0]?.text ?? "";
  const name = hash(
    bundle,
    await readFile(here("../../runtime/socket/src/wasi/wasi-sockets.wit")),
    await readFile(here("../../wit/socket.wit")),
    await readFile(jcoPackage),
  );
  const component = join(cache, `${name}.wasm`);
  if (existsSync(component)) return component;
  await inDraft(component, async (folder) => {
    const made = join(folder, "adapter.wasm");
    await run(here("../../scripts/wasi-wit.mjs"), join(folder, "wit"));
    await writeFile(join(folder, "guest.js"), bundle);
    await run(
      jco,
      "componentize",
      join(folder, "guest.js"),
      ...["--wit", join(folder, "wit")],
      ...["--world-name", "socket-over-wasi"],
      // The adapter needs only the sockets and clocks of WASI, and imports them itself.
      ...["--disable", "all"],
      ...["--out", made],
    );
    return made;
  });
  return component;
}

/** Transpiles a component, unless the result is cached, and loads it. */
export async function loadComponent(
  component: string,
): Promise<TranspiledComponent> {
  const name = hash(await readFile(component), await readFile(jcoPackage));
  const folder = join(cache, name);
  if (!existsSync(join(folder, "component.js")))
    await inDraft(folder, async (draft) => {
      const made = join(draft, "transpiled");
      await run(
        jco,
        "transpile",
        component,
        ...["--out-dir", made],
        ...["--name", "component"],
        ...["--instantiation", "async"],
        // Keep the version in the name of this import. jco removes it from the names of WASI imports, as preview2-shim
        // requires.
        ...["--map", `${socketName}=${socketName}`],
      );
      return made;
    });
  const module = pathToFileURL(join(folder, "component.js")).href;
  return (await import(module)) as TranspiledComponent;
}

/** The interface that the adapter exports. */
export const socketName = "scheduler:core-libs/socket@0.1.0";

/**
 * Creates a file or folder in a temporary folder and moves it to its destination.
 *
 * @param make - creates it and returns its path.
 */
async function inDraft(
  place: string,
  make: (folder: string) => Promise<string>,
): Promise<void> {
  const folder = `${place}.${String(process.pid)}`;
  await mkdir(folder, { recursive: true });
  try {
    const made = await make(folder);
    // If another process was faster, use its result.
    await rename(made, place).catch(async (error: unknown) => {
      if (!existsSync(join(place, "component.js"))) throw error;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
