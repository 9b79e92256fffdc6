import type { InterfaceDescriptor } from "@wit2ts/runtime";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { forwardingGuest } from "./forwarding-guest.js";

/** What is built stays here, under the hash of all it was built from. */
const cache = fileURLToPath(
  new URL("../../../.cache/components/", import.meta.url),
);

/** How a component is run: every call returns its value, or suspends WebAssembly until a promise settles. */
export type Mode = "sync" | "jspi";

/** Whether this engine can suspend WebAssembly: Node from 25 on. */
export const hasJspi: boolean =
  "Suspending" in (Reflect.get(globalThis, "WebAssembly") as object);

/** A component is text until it is built. */
export interface ComponentSource {
  /** WIT, all of it in one text; the first `package` is the component's. */
  readonly wit: string;
  /** The component's world. */
  readonly world: string;
  /** The core module. */
  readonly wat: string;
}

/** The world that {@link forwardingSource} makes. */
const forwardingWorld = "wit2ts-test-forwarding";

/**
 * A component that imports an interface and exports the same one, handing every call on.
 *
 * @param wit - a text whose first package holds the interface.
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

/** Builds a component of a world of which every export traps, to look at and not to run. It is written to `path`. */
export async function buildDummy(
  wit: string,
  world: string,
  path: string,
): Promise<void> {
  await run("component.mjs", { wit, world, path });
}

/** Builds a component that has been written in WebAssembly text. It is written to `path`. */
export async function buildComponent(
  source: ComponentSource,
  path: string,
): Promise<void> {
  await run("component.mjs", { ...source, path });
}

/** The function that jco writes in its instantiation mode. */
export type Instantiate = (
  getCoreModule: undefined,
  imports: Record<string, unknown>,
) => Promise<Record<string, unknown>>;

/** What jco is told about a component. */
export interface TranspileOptions {
  readonly mode: Mode;
  /** `interface#function` of the imports that return promises; `jspi` only. */
  readonly asyncImports?: readonly string[];
  /** `interface#function` of the exports that can be suspended; `jspi` only. */
  readonly asyncExports?: readonly string[];
  /**
   * The identity map, which keeps versions in the keys of the imports: pairs of one name. jco drops the
   * versions without it.
   */
  readonly versioned?: readonly string[];
  /** Options of jco's own, as they are. */
  readonly jco?: Readonly<Record<string, unknown>>;
}

/** Transpiles a component, in the cache, and returns the path of the module. */
export async function transpileComponent(
  source: ComponentSource,
  options: TranspileOptions,
): Promise<string> {
  const folder = join(cache, hash(await jcoVersion, source, options));
  const module = join(folder, "component.js");
  if (existsSync(module)) return module;
  // Another process may be doing the same: whoever is first to rename has done it for both.
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

/** Transpiles a component and loads the function that makes instances of it. */
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
 * `interface#function` of the functions of an interface and the methods of its resources, as jco names imports and exports that
 * are asynchronous. Constructors and static functions are left out: jco writes `await` into an exported one that is named so, but no
 * `async`, which is no JavaScript.
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

/** Runs a script beside this file, with `input` as JSON, and waits for it to end. */
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
