import { build } from "esbuild";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { GenerateOptions } from "../../../generator/src/generate.js";
import { compile } from "../../support/emit/compile.js";
import { generateText } from "../../support/emit/model.js";

/** One section of the page: its WIT, the generated code that it shows, and code that uses it. */
interface Sample {
  readonly title: string;
  readonly wit: string;
  readonly generated: string;
  readonly options: GenerateOptions;
  readonly use: string;
}

const root = join(import.meta.dirname, "../../..");
const page = readFileSync(join(root, "docs/mapping.md"), "utf8");

const samples: Sample[] = page.split("\n## ").flatMap((section) => {
  const blocks = new Map(
    [...section.matchAll(/```([^\n]+)\n([\s\S]*?)```/g)].map(
      ([, kind, text]) => [kind, text] as const,
    ),
  );
  const guest = blocks.get("ts generated guest");
  const both = blocks.get("ts generated both");
  const generated = guest ?? both ?? blocks.get("ts generated");
  const wit = blocks.get("wit");
  const use = blocks.get("ts");
  if (wit === undefined || generated === undefined || use === undefined)
    return [];
  return [
    {
      title: section.split("\n", 1)[0] ?? "",
      wit: `package docs:mapping@2.0.0;\n${wit}`,
      generated,
      options: {
        mode: both === undefined ? "sync" : "both",
        target: guest === undefined ? "host" : "guest",
      },
      use,
    },
  ];
});

describe("docs/mapping.md", () => {
  it("has a sample for each construct", () => {
    expect(samples.length).toBeGreaterThanOrEqual(14);
  });

  it.each(samples)(
    "shows the code that is generated: $title",
    ({ wit, generated, options }) => {
      const texts = [...generateText(wit, options).values()];
      expect(
        texts.some((text) => text.includes(generated.trim())),
        generated,
      ).toBe(true);
    },
  );

  it(
    "shows code that compiles against the generated modules",
    { timeout: 60_000 },
    async () => {
      const files = new Map<string, string>();
      samples.forEach(({ wit, use, options }, index) => {
        for (const [path, text] of generateText(wit, options))
          files.set(`${index}/${path}`, text);
        files.set(`${index}/use.ts`, use);
      });
      expect(
        await compile(files, "typescript-7", { isolatedDeclarations: false }),
      ).toEqual([]);
    },
  );

  it("shows esbuild flags that exclude exactly the component's imports from the bundle of a guest", async () => {
    const [sample] = samples.filter(
      ({ options }) => options.target === "guest",
    );
    if (sample === undefined) throw new Error("there is no guest");
    const files = generateText(sample.wit, sample.options);
    const flags = /^npx esbuild guest\.ts (.*)$/m.exec(page)?.[1] ?? "";
    const { metafile } = await build({
      stdin: { contents: sample.use, loader: "ts", resolveDir: root },
      bundle: true,
      format: "esm",
      external: [...flags.matchAll(/--external:([^ ']+)/g)].map(
        ([, pattern]) => pattern ?? "",
      ),
      write: false,
      metafile: true,
      plugins: [
        {
          name: "generated",
          setup({ onResolve, onLoad }) {
            onResolve({ filter: /^\./ }, ({ path, importer, namespace }) => {
              if (importer !== "<stdin>" && namespace !== "generated") return;
              const from = importer === "<stdin>" ? "" : dirname(importer);
              return {
                path: join(from, path).replace(/\.js$/, ".ts"),
                namespace: "generated",
              };
            });
            onLoad({ filter: /./, namespace: "generated" }, ({ path }) => ({
              contents: files.get(path) ?? "",
              loader: "ts",
              resolveDir: root,
            }));
          },
        },
      ],
    });
    const imports = Object.values(metafile.outputs).flatMap((output) =>
      output.imports.map(({ path }) => path),
    );
    expect(imports.sort()).toEqual(["docs:mapping/store@2.0.0", "log"]);
  });
});
