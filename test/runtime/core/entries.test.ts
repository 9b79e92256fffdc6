import { build } from "esbuild";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

/** Bundles an entry of the runtime for a browser and returns the code. */
async function bundle(code: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: code,
      resolveDir: fileURLToPath(new URL(".", import.meta.url)),
    },
    bundle: true,
    platform: "browser",
    format: "esm",
    write: false,
    minify: true,
  });
  return outputFiles[0]?.text ?? "";
}

describe("the entries of the runtime", () => {
  // For a browser, esbuild cannot bundle an import of a `node:` module.
  it.each([".", "./codegen/v1", "./trace", "./jco"])(
    "include %s, which imports no module of Node",
    async (entry) => {
      const specifier = `@wit2ts/runtime${entry.slice(1)}`;
      expect(await bundle(`export * from "${specifier}";`)).not.toContain(
        "node:",
      );
    },
  );

  it("allow bundlers to drop unused code", async () => {
    const code = await bundle(
      `import { ok } from "@wit2ts/runtime"; console.log(ok(1));`,
    );
    expect(code.length).toBeLessThan(120);
  });

  it("export no values from `codegen/v1`, which generated code imports", async () => {
    expect(
      Object.keys(await import("@wit2ts/runtime/codegen/v1")),
    ).toStrictEqual([]);
  });
});
