import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { generate } from "../../../generator/src/generate.js";
import { compile } from "../../support/emit/compile.js";
import { fixtureText, resolveText } from "../../support/emit/model.js";

/**
 * Compares the generated types with jco's own declarations of the same worlds. Known differences are removed first:
 * `Result`, whose errors jco throws ({@link modulo}); `[Symbol.dispose]`, which jco's classes have but its declarations
 * for hosts omit; and `exactOptionalPropertyTypes`, under which jco's optional properties reject the explicit
 * `undefined` that jco itself passes.
 */
const { model, origins } = resolveText(fixtureText("jco-worlds"));
const worlds = model.worlds.map(({ name }) => name);
const files = new Map<string, string>();

/** A type that unwraps the `Result` that the functions of a contract and of its resources return. */
const modulo = `import type { Result } from "@wit2ts/runtime/codegen/v1";
type Success<R> = [R] extends [Result<unknown, unknown>] ? Extract<R, { tag: "ok" }>["val"] : R;
type Returned<R> = [R] extends [Promise<infer P>] ? Promise<Success<P>> : Success<R>;
type Member<M> = M extends abstract new (...values: never) => unknown
  ? M
  : M extends (...values: infer A) => infer R
    ? [Returned<R>] extends [R] ? [R] extends [Returned<R>] ? M : (...values: A) => Returned<R> : (...values: A) => Returned<R>
    : M;
export type Modulo<C> = { [K in keyof C]: Member<C[K]> };
`;

beforeAll(() => {
  files.set("modulo.ts", modulo);
  for (const { path, text } of generate(model, { mode: "sync" }, origins).files)
    files.set(`ours/${path}`, text);
  const declared = jcoTypes(
    join(import.meta.dirname, "../../fixtures/emit/jco-worlds.wit"),
  );
  for (const world of worlds) {
    for (const [path, text] of Object.entries(declared[world] ?? {})) {
      files.set(
        `jco/${world}/${path}`,
        text.replaceAll(
          /^(export class \w+ )\{$/gm,
          "$1{\n  [Symbol.dispose](): void;",
        ),
      );
    }
    files.set(`check-${world}.ts`, checkText(world));
  }
}, 120_000);

/** Returns jco's declarations of each world. jco runs in a child process, because it leaves a worker running. */
function jcoTypes(wit: string): Record<string, Record<string, string>> {
  const program = `const { types } = await import("@bytecodealliance/jco");
    const declared = {};
    for (const worldName of ${JSON.stringify(worlds)}) {
      const files = Object.entries(await types(${JSON.stringify(wit)}, { worldName, instantiation: "async" }));
      declared[worldName] = Object.fromEntries(files.map(([path, bytes]) => [path, new TextDecoder().decode(bytes)]));
    }
    process.stdout.write(JSON.stringify(declared));`;
  const run = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", program],
    {
      cwd: import.meta.dirname,
      encoding: "utf8",
      maxBuffer: 1 << 26,
    },
  );
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as Record<string, Record<string, string>>;
}

/** A module that assigns our contract to jco's type and jco's to ours, for the imports and for the exports. */
function checkText(world: string): string {
  const name = world.slice(0, -"-world".length);
  const pascal = (text: string) =>
    text
      .split("-")
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join("");
  const key = `fit:worlds/${name}@1.0.0`;
  return `import type { ImportObject, ${pascal(world)} as Root } from "./jco/${world}/${world}.js";
import type { ${pascal(world)}Exports, ${pascal(world)}Imports } from "./ours/fit/worlds/${world}.js";
import type { Modulo } from "./modulo.js";
type Imported = Modulo<${pascal(world)}Imports["${key}"]>;
type Exported = Modulo<${pascal(world)}Exports["${key}"]>;
declare const ourImport: Imported;
declare const jcoExport: Root["${key}"];
export const importWanted: ImportObject["${key}"] = ourImport;
export const exportGiven: Exported = jcoExport;
declare const jcoImport: ImportObject["${key}"];
declare const ourExport: Exported;
export const importBack: Imported = jcoImport;
export const exportBack: Root["${key}"] = ourExport;
`;
}

describe("the generated types and jco's", () => {
  it("are compared for at least ten worlds", () => {
    expect(worlds.length).toBeGreaterThanOrEqual(10);
  });

  it(
    "are assignable to each other in both directions",
    { timeout: 60_000 },
    async () => {
      const options = {
        exactOptionalPropertyTypes: false,
        isolatedDeclarations: false,
        lib: ["es2022", "esnext.disposable", "dom"],
      };
      // jco's own files have errors, too: a function called `delete` lacks the keyword `declare`.
      const errors = await compile(files, "typescript-7", options);
      expect(errors.filter((line) => !/^[^(]*\/jco\//.test(line))).toEqual([]);
      expect(errors.length).toBeLessThan(5);
    },
  );

  it(
    "are not assignable if one generated type is changed",
    { timeout: 60_000 },
    async () => {
      const changed = new Map(files);
      const path = "ours/fit/worlds/primitives.ts";
      changed.set(
        path,
        (files.get(path) ?? "").replace("c: number,", "c: string,"),
      );
      const options = {
        exactOptionalPropertyTypes: false,
        isolatedDeclarations: false,
        lib: ["es2022", "esnext.disposable", "dom"],
      };
      expect(
        (await compile(changed, "typescript-7", options)).filter((line) =>
          /^[^(]*check-primitives-world/.test(line),
        ).length,
      ).toBeGreaterThan(0);
    },
  );
});
