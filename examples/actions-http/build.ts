/** Makes a component of the guest: bundled by esbuild, componentized and transpiled by jco. */
import { build } from "esbuild";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import {
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

/** How calls wait: blocked, or suspended (JSPI). */
export type Mode = "sync" | "jspi";

/** What jco writes in its instantiation mode. */
export interface TranspiledComponent {
  instantiate(
    getCoreModule: undefined,
    imports: Record<string, unknown>,
  ): Promise<Record<string, unknown>>;
}

const here = (path: string): string =>
  fileURLToPath(new URL(path, import.meta.url));
const require = createRequire(import.meta.url);
const jco = join(dirname(require.resolve("@bytecodealliance/jco")), "jco.js");
const cache = here("../../.cache/actions-http");
const socket = "scheduler:core-libs/socket@0.1.0";
const http = "scheduler:core-libs/http@0.1.0";

/** The functions that the guest calls. */
const waiting = [
  "create-socket",
  "connect",
  "send",
  "receive",
  "close",
  "set-read-timeout",
];

/** Runs jco in a process of its own: it starts a worker for WASI that it never ends. */
async function runJco(args: readonly string[]): Promise<void> {
  await promisify(execFile)(process.execPath, [jco, ...args]);
}

/**
 * Builds the guest with StarlingMonkey, which takes a quarter of a minute, unless this has been done before with the same inputs.
 *
 * @returns the path of the component.
 */
export async function buildGuest(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [here("./guest.ts")],
    bundle: true,
    format: "esm",
    target: "es2020",
    external: ["scheduler:*"],
    write: false,
  });
  const bundle = outputFiles[0]?.text ?? "";
  const name = await digest(bundle);
  const component = join(cache, `${name}.wasm`);
  if (await isThere(component)) return component;
  const folder = join(cache, `${name}.${String(process.pid)}`);
  await mkdir(folder, { recursive: true });
  try {
    const script = join(folder, "guest.js");
    const draft = join(folder, "guest.wasm");
    await writeFile(script, bundle);
    await runJco([
      "componentize",
      script,
      ...["--wit", here("../../wit")],
      ...["--world-name", "actions-http"],
      // The guest uses nothing of the system but its sockets, so nothing else is imported.
      ...["--disable", "all"],
      ...["--out", draft],
    ]);
    await rename(draft, component);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return component;
}

/** Transpiles a component that {@link buildGuest} made, and loads it. */
export async function loadGuest(mode: Mode): Promise<TranspiledComponent> {
  const component = await buildGuest();
  const folder = `${component.replace(/\.wasm$/, "")}-${mode}`;
  const module = join(folder, "guest.js");
  if (!(await isThere(module))) {
    const draft = `${folder}.${String(process.pid)}`;
    await runJco([
      "transpile",
      component,
      ...["--out-dir", draft],
      ...["--name", "guest"],
      ...["--instantiation", "async"],
      // Keeps the versions in the names of the imports.
      ...["--map", `${socket}=${socket}`],
      ...(mode === "sync" ? [] : ["--async-mode", "jspi"]),
      ...(mode === "sync" ? [] : ["--async-exports", `${http}#get`]),
      ...(mode === "sync"
        ? []
        : ["--async-imports", ...waiting.map((name) => `${socket}#${name}`)]),
    ]);
    // Where another process was faster, its work is as good.
    await rename(draft, folder).catch(() =>
      rm(draft, { recursive: true, force: true }),
    );
  }
  return (await import(pathToFileURL(module).href)) as TranspiledComponent;
}

/** A name for all that goes into a component. */
async function digest(bundle: string): Promise<string> {
  const hash = createHash("sha256");
  hash.update(bundle).update("\0");
  const wit = here("../../wit");
  for (const name of (await readdir(wit)).sort())
    hash.update(await readFile(join(wit, name))).update("\0");
  hash.update(await readFile(join(dirname(jco), "../package.json")));
  return hash.digest("hex").slice(0, 20);
}

async function isThere(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  );
}
