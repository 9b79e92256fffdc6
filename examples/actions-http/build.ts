/** Makes a component of the guest: bundled by esbuild, componentized and transpiled by jco. */
import { transpile } from "@bytecodealliance/jco";
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

/** Which engine goes into the component: small and built in seconds, or SpiderMonkey, with all that a browser has. */
export type Engine = "quickjs" | "starlingmonkey";

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

/**
 * Builds the guest, unless this has been done before with the same inputs.
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
    write: false,
  });
  const bundle = outputFiles[0]?.text ?? "";
  const name = `${engine}-${await digest([engine, bundle])}`;
  const component = join(cache, `${name}.wasm`);
  if (await isThere(component)) return component;
  const folder = join(cache, `${name}.${String(process.pid)}`);
  await mkdir(folder, { recursive: true });
  try {
    const script = join(folder, "guest.js");
    const draft = join(folder, "guest.wasm");
    await writeFile(script, bundle);
    await promisify(execFile)(process.execPath, [
      jco,
      "componentize",
      script,
      ...["--wit", here("../../wit")],
      ...["--world-name", "actions-http"],
      ...["--backend", engine],
      ...(engine === "quickjs"
        ? ["--backend-qjs-disable-async"]
        : ["--disable", "all"]),
      ...["--out", draft],
    ]);
    await rename(draft, component);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return component;
}

/** Transpiles a component that {@link buildGuest} made, and loads it. */
export async function loadGuest(
  engine: Engine,
  mode: Mode,
): Promise<TranspiledComponent> {
  const component = await buildGuest(engine);
  const folder = `${component.replace(/\.wasm$/, "")}-${mode}`;
  const module = join(folder, "guest.js");
  if (!(await isThere(module))) {
    const { files } = await transpile(await readFile(component), {
      name: "guest",
      instantiation: "async",
      base64Cutoff: 0,
      // Keeps the versions in the names of the imports.
      map: { [socket]: socket },
      ...(mode === "jspi" && {
        asyncMode: "jspi",
        asyncImports: [
          "connect",
          "send",
          "receive",
          "create-socket",
          "close",
          "set-read-timeout",
        ].map((name) => `${socket}#${name}`),
        asyncExports: [`${http}#get`],
      }),
    });
    const draft = `${folder}.${String(process.pid)}`;
    for (const [path, bytes] of Object.entries(files)) {
      await mkdir(dirname(join(draft, path)), { recursive: true });
      await writeFile(join(draft, path), bytes);
    }
    // Where another process was faster, its work is as good.
    await rename(draft, folder).catch(() =>
      rm(draft, { recursive: true, force: true }),
    );
  }
  return (await import(pathToFileURL(module).href)) as TranspiledComponent;
}

/** A name for all that goes into a component. */
async function digest(parts: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
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
