import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { GenerateOptions } from "../../../generator/src/generate.js";
import { compile } from "../../support/emit/compile.js";
import { generateText } from "../../support/emit/model.js";

/** One section of the page: its WIT, what it says is generated, and a use. */
interface Sample {
  readonly title: string;
  readonly wit: string;
  readonly generated: string;
  readonly options: GenerateOptions;
  readonly use: string;
}

const page = readFileSync(
  join(import.meta.dirname, "../../../docs/mapping.md"),
  "utf8",
);

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
    "shows what is generated: $title",
    ({ wit, generated, options }) => {
      const texts = [...generateText(wit, options).values()];
      expect(
        texts.some((text) => text.includes(generated.trim())),
        generated,
      ).toBe(true);
    },
  );

  it("has uses that compile", { timeout: 60_000 }, () => {
    const files = new Map<string, string>();
    samples.forEach(({ wit, use, options }, index) => {
      for (const [path, text] of generateText(wit, options))
        files.set(`${index}/${path}`, text);
      files.set(`${index}/use.ts`, use);
    });
    expect(
      compile(files, "typescript-7", { isolatedDeclarations: false }),
    ).toEqual([]);
  });
});
