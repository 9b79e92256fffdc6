import type { InterfaceDescriptor } from "@wit2ts/runtime";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { forwardingGuest } from "./forwarding-guest.js";

/** The cache of transpiled components. The name of each directory is the hash of its inputs. */
const cache = fileURLToPath(
  new URL("../../../.cache/components/", import.meta.url),
);

/** How calls of a component wait: they block (`sync`), or suspend WebAssembly until a promise settles (`jspi`). */
export type Mode = "sync" | "jspi";

/** Whether this engine can suspend WebAssembly (JSPI): Node 24.20 and later. */
export const hasJspi: boolean =
  "Suspending" in (Reflect.get(globalThis, "WebAssembly") as object);

/** The source of a component. */
export interface ComponentSource {
  /** The complete WIT in one text. The first `package` is that of the component. */
  readonly wit: string;
  /** The name of the component's world. */
  readonly world: string;
  /** The core module in WebAssembly text. */
  readonly wat: string;
}

/** The name of the world of {@link forwardingSource}. */
const forwardingWorld = "wit2ts-test-forwarding";

/**
 * The source of a component that imports and exports an interface, and forwards every call.
 *
 * @param wit - a text whose first package contains the interface.
 */
export function forwardingSource(
  descriptor: InterfaceDescriptor,
  wit: string,
): ComponentSource {
  const name = descriptor.name.replace(/^.*\/|@.*$/g, "");
  return {
    wit: `${wit}\nworld ${forwardingWorld} { import ${name}; export ${name}; }\n`,
    world: forwardingWorld,
    wat: forwardingGuest(descriptor),
  };
}

/** Builds a component of a world whose exports all trap, for tests that do not call it, and writes it to `path`. */
export async function buildDummy(
  wit: string,
  world: string,
  path: string,
): Promise<void> {
  await run("component.mjs", { wit, world, path });
}

/** Builds a component, and writes it to `path`. */
export async function buildComponent(
  source: ComponentSource,
  path: string,
): Promise<void> {
  await run("component.mjs", { ...source, path });
}

/** The function that jco generates in its instantiation mode. */
export type Instantiate = (
  getCoreModule: undefined,
  imports: Record<string, unknown>,
) => Promise<Record<string, unknown>>;

/** The options for transpiling a component. */
export interface TranspileOptions {
  readonly mode: Mode;
  /** `interface#function` of the imports that return promises; `jspi` only. */
  readonly asyncImports?: readonly string[];
  /** `interface#function` of the exports that can be suspended; `jspi` only. */
  readonly asyncExports?: readonly string[];
  /**
   * Names of imports that keep their versions in the keys. They are mapped to themselves, because jco drops the
   * versions otherwise.
   */
  readonly versioned?: readonly string[];
  /** Further options, passed to jco unchanged. */
  readonly jco?: Readonly<Record<string, unknown>>;
}

/** Transpiles a component into the cache if it is not there, and returns the path of the module. */
export async function transpileComponent(
  source: ComponentSource,
  options: TranspileOptions,
): Promise<string> {
  const folder = join(cache, hash(await jcoVersion, source, options));
  const module = join(folder, "component.js");
  if (existsSync(module)) return module;
  // Another process may transpile the same component. Both use the directory that is renamed first.
  const draft = `${folder}.${process.pid}`;
  await run("transpile.mjs", {
    source,
    folder: draft,
    options: {
      name: "component",
      instantiation: "async",
      base64Cutoff: 0,
      map: Object.fromEntries(
        (options.versioned ?? []).map((name) => [name, name]),
      ),
      ...(options.mode === "jspi" && {
        asyncMode: "jspi",
        asyncImports: options.asyncImports ?? [],
        asyncExports: options.asyncExports ?? [],
      }),
      ...options.jco,
    },
  });
  await rename(draft, folder).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(module)) throw error;
  });
  return module;
}

/** Transpiles a component, and loads its `instantiate` function. */
export async function loadComponent(
  source: ComponentSource,
  options: TranspileOptions,
): Promise<Instantiate> {
  const path = await transpileComponent(source, options);
  const module = (await import(pathToFileURL(path).href)) as {
    instantiate: Instantiate;
  };
  return module.instantiate;
}

/**
 * The functions of an interface and the methods of its resources as `interface#function`, in which form jco expects the
 * names of asynchronous imports and exports. Constructors and static functions are omitted: if an exported one is
 * named, jco generates `await` without `async`, which is a syntax error.
 */
export function functionNames(descriptor: InterfaceDescriptor): string[] {
  const names = Object.values(descriptor.functions).map(({ name }) => name);
  for (const [resource, definition] of Object.entries(descriptor.types)) {
    if (definition.kind !== "resource") continue;
    for (const { name } of Object.values(definition.methods)) {
      names.push(`[method]${resource}.${name}`);
    }
  }
  return names.map((name) => `${descriptor.name}#${name}`);
}

/** Runs a script of this directory with `input` as JSON on its standard input, and waits until it exits. */
async function run(script: string, input: unknown): Promise<void> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  await new Promise<void>((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [path],
      { timeout: 60_000 },
      (error, _, complaint) => {
        if (error === null) resolve();
        else
          reject(new Error(`${script} failed: ${complaint}`, { cause: error }));
      },
    );
    child.stdin?.end(JSON.stringify(input));
  });
}

const jcoVersion = readFile(
  join(
    dirname(createRequire(import.meta.url).resolve("@bytecodealliance/jco")),
    "../package.json",
  ),
  "utf8",
).then((text) => (JSON.parse(text) as { version: string }).version);

function hash(...parts: readonly unknown[]): string {
  return createHash("sha256")
    .update(JSON.stringify(parts))
    .digest("hex")
    .slice(0, 20);
}
