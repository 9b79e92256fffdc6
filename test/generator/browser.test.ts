import { join } from "node:path";
import { build } from "esbuild";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

/** Runs a module that is given as text in this process, and returns its exports. */
async function importText(text: string): Promise<Record<string, unknown>> {
  const url = `data:text/javascript;base64,${Buffer.from(text).toString("base64")}`;
  return (await import(/* @vite-ignore */ url)) as Record<string, unknown>;
}

test("the library can be bundled for a browser, and the bundle works without Node's modules", async () => {
  const { outputFiles, metafile, warnings } = await build({
    stdin: {
      contents: `
        import { DiagnosticCollector, generate, loadSources, memoryHost, parse, renderDiagnostics, resolve, SourceFile } from "./generator/src/index.ts";
        const host = memoryHost({ "wit/a.wit": "package a:b;\\ninterface i { f: func(); }\\n" });
        const { model } = resolve(loadSources("wit", host, new DiagnosticCollector()));
        const bad = new SourceFile("b.wit", "package a:b;\\ninterface i { f: fnc(); }\\n");
        export const files = generate(model).files.map(({ path }) => path);
        export const text = renderDiagnostics(parse(bad).diagnostics);
      `,
      resolveDir: root,
      loader: "ts",
    },
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    // For this platform, esbuild fails if the bundle imports a module of Node.
    platform: "browser",
    target: "es2022",
    logLevel: "silent",
  });
  expect(warnings).toEqual([]);
  expect(
    Object.keys(metafile.inputs).filter((path) => path.includes("node-host")),
  ).toEqual([]);
  const { files, text } = await importText(outputFiles[0]?.text ?? "");
  expect(files).toContain("a/b/i.ts");
  expect(text).toContain(
    "b.wit:2:18 - error unexpected-token: expected `func`, found `fnc`",
  );
});
