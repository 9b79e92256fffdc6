/**
 * Builds a component from the guest, bundled by esbuild and componentized by jco, and transpiles the component to
 * JavaScript with `wit2ts transpile`.
 */
import type { AsyncHttp, Http } from "@wit2ts/core-libs/http";
import type { Socket } from "@wit2ts/core-libs/socket";
import { build, type Plugin } from "esbuild";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
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
import { hash } from "../support/hash.js";

/** How calls wait: by blocking the thread, or with WebAssembly suspended (JSPI). */
export type Mode = "sync" | "jspi";

/** The JavaScript engine that runs the guest inside the component. */
export type Engine = "StarlingMonkey" | "QuickJS";

interface Options {
  readonly policy?: { readonly connect: readonly string[] };
  /** Replaces the sockets of Node. */
  readonly imports?: { readonly "scheduler:core-libs/socket@0.1.0"?: Socket };
}

/** The exports of the modules that `wit2ts transpile` generates; see their declarations. */
interface Modules {
  readonly sync: {
    instantiate(
      options?: Options,
    ): Promise<{ readonly http: Http } & Disposable>;
  };
  readonly jspi: {
    instantiate(
      options?: Options,
    ): Promise<{ readonly http: AsyncHttp } & AsyncDisposable>;
  };
}

const here = (path: string): string =>
  fileURLToPath(new URL(path, import.meta.url));
const require = createRequire(import.meta.url);
const jco = join(dirname(require.resolve("@bytecodealliance/jco")), "jco.js");
const wit2ts = here("../../generator/bin/wit2ts.cjs");
const cache = here("../../.cache/actions-http");
const run = promisify(execFile);

const jcoOptions: Record<Engine, readonly string[]> = {
  // The guest uses no WASI interfaces, so all of StarlingMonkey's own imports are disabled.
  StarlingMonkey: ["--disable", "all"],
  QuickJS: ["--backend", "quickjs", "--backend-qjs-disable-async"],
};

/** Inserts the adapter for QuickJS between the guest and the socket interface. */
const quickJsSocket: Plugin = {
  name: "quickjs-socket",
  setup({ onResolve }) {
    const path = here("./quickjs-socket.ts");
    onResolve({ filter: /^scheduler:core-libs\/socket@/ }, ({ importer }) =>
      importer === path ? { external: true } : { path },
    );
  },
};

/**
 * Builds the guest, or returns the cached component if the inputs have not changed. A build takes about 15 seconds with
 * StarlingMonkey and a few seconds with QuickJS.
 *
 * @returns the path of the component.
 */
export async function buildGuest(engine: Engine): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [here("./guest.ts")],
    bundle: true,
    format: "esm",
    target: "es2020",
    external: ["scheduler:*"],
    plugins: engine === "QuickJS" ? [quickJsSocket] : [],
    write: false,
  });
  const bundle = outputFiles[0]?.text ?? "";
  const name = `${engine}-${await digest(bundle, ...jcoOptions[engine])}`;
  const component = join(cache, `${name}.wasm`);
  if (existsSync(component)) return component;
  const folder = join(cache, `${name}.${String(process.pid)}`);
  await mkdir(folder, { recursive: true });
  try {
    const script = join(folder, "guest.js");
    const draft = join(folder, "guest.wasm");
    await writeFile(script, bundle);
    // In a separate process: jco starts a worker thread for WASI that never ends.
    await run(process.execPath, [
      jco,
      "componentize",
      script,
      ...["--wit", here("../../wit")],
      ...["--world-name", "actions-http"],
      ...jcoOptions[engine],
      ...["--out", draft],
    ]);
    await rename(draft, component);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return component;
}

/**
 * Transpiles the component of {@link buildGuest} and loads the result. Reuses an existing result if it was made by the
 * same version of the command.
 */
export async function loadGuest<M extends Mode>(
  engine: Engine,
  mode: M,
): Promise<Modules[M]> {
  const component = await buildGuest(engine);
  const folder = `${component.replace(/\.wasm$/, "")}-${mode}`;
  const stamp = join(folder, "made-by");
  const command = hash(
    await readFile(here("../../generator/dist/command.cjs")),
  );
  if ((await readFile(stamp, "utf8").catch(() => "")) !== command) {
    const draft = `${folder}.${String(process.pid)}`;
    await run(process.execPath, [
      wit2ts,
      "transpile",
      component,
      ...["--out", draft],
      ...["--async-mode", mode],
    ]);
    await writeFile(join(draft, "made-by"), command);
    await rm(folder, { recursive: true, force: true });
    // If another process was faster, use its result.
    await rename(draft, folder).catch(() =>
      rm(draft, { recursive: true, force: true }),
    );
  }
  return (await import(
    pathToFileURL(join(folder, "index.js")).href
  )) as Modules[M];
}

/** Returns a name that depends on all inputs of a component. */
async function digest(...parts: readonly string[]): Promise<string> {
  const wit = here("../../wit");
  const files = (await readdir(wit)).sort().map((name) => join(wit, name));
  files.push(join(dirname(jco), "../package.json"));
  return hash(
    ...parts,
    ...(await Promise.all(files.map((file) => readFile(file)))),
  );
}
