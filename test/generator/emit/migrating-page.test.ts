import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { compile } from "../../support/emit/compile.js";
import { generateText } from "../../support/emit/model.js";
import { testDirectory } from "../../support/directory.js";

/** `docs/migrating.md`. Its samples are compiled; those from before the migration use jco's own declarations. */
const page = readFileSync(
  join(import.meta.dirname, "../../../docs/migrating.md"),
  "utf8",
);

/** The code blocks with the given info string, in order. */
function samples(kind: string): string[] {
  const blocks = page.matchAll(/```([^\n]+)\n([\s\S]*?)```/g);
  return [...blocks].flatMap(([, which, text = ""]) =>
    which === kind ? [text] : [],
  );
}

/** Returns jco's declarations of the world. jco runs in a child process, because it leaves a worker running. */
function jcoTypes(wit: string): Record<string, string> {
  const { at } = testDirectory({ "store.wit": wit });
  const program = `const { types } = await import("@bytecodealliance/jco");
    const files = Object.entries(await types(${JSON.stringify(at("store.wit"))}, { worldName: "app" }));
    const texts = files.map(([path, bytes]) => [path, new TextDecoder().decode(bytes)]);
    process.stdout.write(JSON.stringify(Object.fromEntries(texts)));`;
  const run = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", program],
    { cwd: import.meta.dirname, encoding: "utf8", timeout: 60_000 },
  );
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as Record<string, string>;
}

it(
  "docs/migrating.md has samples that compile, from before and after the migration",
  { timeout: 90_000 },
  async () => {
    const [wit = ""] = samples("wit");
    const before = samples("ts before");
    const after = samples("ts");
    expect([before.length, after.length]).toEqual([1, 4]);
    const files = new Map(generateText(wit));
    for (const [path, text] of Object.entries(jcoTypes(wit)))
      files.set(path, text);
    for (const [index, text] of before.entries())
      files.set(`before-${index}.ts`, text);
    for (const [index, text] of after.entries())
      files.set(`after-${index}.ts`, text);
    expect(
      await compile(files, "typescript-7", {
        isolatedDeclarations: false,
        lib: ["es2022", "esnext.disposable", "dom"],
      }),
    ).toEqual([]);
    // The files that the page mentions without showing their text.
    expect([...files.keys()]).toEqual(
      expect.arrayContaining([
        "interfaces/demo-store-store.d.ts",
        "demo/store/store.ts",
      ]),
    );
  },
);
