import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { generate } from "../../../generator/src/generate.js";
import { compile } from "../../support/emit/compile.js";
import { fixtureText, resolveText } from "../../support/emit/model.js";

/**
 * What jco's own declarations say of the same worlds, beside ours. Set apart are: `Result`, which jco throws
 * ({@link modulo}); `[Symbol.dispose]`, which jco's classes have but its declarations for hosts leave out; and `exactOptionalPropertyTypes`,
 * under which jco's optional properties refuse the explicit `undefined` that jco itself gives.
 */
const { model, origins } = resolveText(fixtureText("jco-worlds"));
const worlds = model.worlds.map(({ name }) => name);
const files = new Map<string, string>();

/** Takes the `Result` off the functions of a contract, and off those of its resources. */
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

/** What jco declares for each world. In a process of its own, for jco leaves a worker behind. */
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

/** Hands our contract where jco wants its own, and back, for the imports and the exports. */
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

describe("our types and jco's", () => {
  it("are compared for ten worlds and more", () => {
    expect(worlds.length).toBeGreaterThanOrEqual(10);
  });

  it("fit each other in both directions", { timeout: 60_000 }, async () => {
    const options = {
      exactOptionalPropertyTypes: false,
      isolatedDeclarations: false,
      lib: ["es2022", "esnext.disposable", "dom"],
    };
    // In jco's own files there are errors too: a function called `delete` is declared without `declare`.
    const errors = await compile(files, "typescript-7", options);
    expect(errors.filter((line) => !/^[^(]*\/jco\//.test(line))).toEqual([]);
    expect(errors.length).toBeLessThan(5);
  });

  it("would not fit if a type were another", { timeout: 60_000 }, async () => {
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
  });
});
