import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type { Worker } from "node:worker_threads";
import type { componentEmbed } from "@bytecodealliance/jco";
import { keywords } from "../../generator/src/syntax/tokens.js";

/** A WIT text, or the path of a directory. */
export type ReferenceInput =
  { readonly witSource: string } | { readonly witPath: string };

type UnpackWit = (
  expected: string | undefined,
  binary: Uint8Array,
) => ReadonlyMap<string, string>;

/** The reference parser, which jco bundles as WebAssembly. */
export class Reference {
  readonly #workers: readonly Worker[];
  readonly #embed: typeof componentEmbed;
  readonly #unpack: UnpackWit;

  private constructor(
    embed: typeof componentEmbed,
    unpack: UnpackWit,
    workers: readonly Worker[],
  ) {
    this.#embed = embed;
    this.#unpack = unpack;
    this.#workers = workers;
  }

  /** Loads jco. Its WASI shim starts a worker, which {@link close} terminates. */
  static async open(): Promise<Reference> {
    const workers: Worker[] = [];
    process.on("worker", (worker) => workers.push(worker));
    const jco = await import("@bytecodealliance/jco");
    // The function that prints WIT is part of a dependency of jco, which is not a dependency of this repository.
    const own = createRequire(import.meta.url);
    const ofJco = createRequire(own.resolve("@bytecodealliance/jco"));
    const path = ofJco.resolve("@bytecodealliance/jco-transpile/component");
    const bindgen = (await import(pathToFileURL(path).href)) as {
      readonly $init: Promise<void>;
      readonly unpackWit: UnpackWit;
    };
    await bindgen.$init;
    return new Reference(jco.componentEmbed, bindgen.unpackWit, workers);
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  /**
   * The error of the reference parser for an input; `undefined` if it accepts the input.
   *
   * @param probe the name of an empty world in the input, whose encoding cannot fail, so that every error is one of the parser
   */
  async error(
    input: ReferenceInput,
    features: readonly string[],
    probe: string,
  ): Promise<string | undefined> {
    try {
      await this.#encode(input, features, probe);
      return undefined;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      // If a text ends with a gate, the gate hides the appended probe. This error means that the whole text was parsed.
      return message.startsWith(`World \`${probe}\` not found`)
        ? undefined
        : message;
    }
  }

  /**
   * Encodes a world of an accepted input, and prints it as WIT with all its dependencies.
   *
   * @param world its full name
   * @returns the texts by their paths: `package.wit` and the dependencies; `undefined` if no component can have such a world
   */
  async printed(
    input: ReferenceInput,
    features: readonly string[],
    world: string,
  ): Promise<ReadonlyMap<string, string> | undefined> {
    try {
      const binary = await this.#encode(input, features, escaped(world));
      const [section] = customSections(binary, "component-type");
      return this.#unpack(undefined, new Uint8Array(section ?? []));
    } catch (error) {
      if (isTrap(error)) throw error;
      return undefined;
    }
  }

  async #encode(
    input: ReferenceInput,
    features: readonly string[],
    world: string,
  ): Promise<Uint8Array> {
    const all = { tag: "list" as const, val: [...features] };
    return this.#embed({ ...input, dummy: true, world, features: all });
  }
}

interface Wasm {
  readonly Module: {
    new (binary: Uint8Array): object;
    customSections(module: object, name: string): readonly ArrayBuffer[];
  };
}

/** The custom sections with a given name in a module. */
function customSections(
  binary: Uint8Array,
  name: string,
): readonly ArrayBuffer[] {
  const { Module } = Reflect.get(globalThis, "WebAssembly") as Wasm;
  return Module.customSections(new Module(binary), name);
}

/** Whether the reference parser crashed, which some texts cause. It cannot be used after that. */
export function isTrap(error: unknown): boolean {
  const message = error instanceof Error ? error.message : String(error);
  return message.startsWith("wasm trap");
}

/** A full name in WIT syntax, with `%` before keywords. */
function escaped(fullName: string): string {
  const [path = "", version] = fullName.split("@");
  const words = path.replace(/[^:/]+/gu, (word) =>
    keywords.has(word) ? `%${word}` : word,
  );
  return version === undefined ? words : `${words}@${version}`;
}
