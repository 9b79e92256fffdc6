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
  // A browser bundle fails on an import of `node:` anything.
  it.each([".", "./codegen/v1", "./trace", "./jco"])(
    "%s needs no Node",
    async (entry) => {
      const specifier = `@wit2ts/runtime${entry.slice(1)}`;
      expect(await bundle(`export * from "${specifier}";`)).not.toContain(
        "node:",
      );
    },
  );

  it("leave out what is not used", async () => {
    const code = await bundle(
      `import { ok } from "@wit2ts/runtime"; console.log(ok(1));`,
    );
    expect(code.length).toBeLessThan(120);
  });

  it("have nothing to run in what generated code imports", async () => {
    expect(
      Object.keys(await import("@wit2ts/runtime/codegen/v1")),
    ).toStrictEqual([]);
  });
});
