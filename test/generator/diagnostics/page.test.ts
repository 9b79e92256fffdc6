import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { catalogue } from "../../../generator/src/diagnostics/catalogue.js";
import { resolve } from "../../../generator/src/resolve/resolve.js";
import { SourceFile } from "../../../generator/src/syntax/source.js";

const page = readFileSync(
  join(import.meta.dirname, "../../../docs/diagnostics.md"),
  "utf8",
);

/**
 * Problems that no WIT text causes, but the file system, options or the run as a whole. Their sections describe the
 * cause in prose.
 */
const withoutExample = new Set([
  "path-not-found",
  "path-unreadable",
  "no-wit-files",
  "wit-in-wasm",
  "invalid-utf8",
  "name-changed",
  "ambient-module-clash",
  "pattern-without-match",
  "feature-without-items",
  "too-many-problems",
]);

interface Section {
  readonly code: string;
  /** The WIT that causes the problem, and the WIT that fixes it. */
  readonly examples: readonly string[];
  readonly prose: string;
}

const sections: readonly Section[] = page
  .split(/^### /mu)
  .slice(1)
  .map((text) => {
    const code = /^`([^`]+)`$/mu.exec(text)?.[1] ?? "";
    const examples = Array.from(
      text.matchAll(/^```wit\n([^]*?)^```$/gmu),
      ([, example = ""]) => example,
    );
    const prose = text.replace(/^`.*$/mu, "").replace(/^```[^]*?^```$/gmu, "");
    return { code, examples, prose };
  });

/** The codes of the diagnostics of an example. */
function codesOf(example: string): string[] {
  const parts = example.split(/^\/\/ file: (.*)\n/mu);
  const sources =
    parts.length === 1
      ? [new SourceFile("example.wit", example)]
      : parts.flatMap((text, index) =>
          index % 2 === 0 ? [] : [new SourceFile(text, parts[index + 1] ?? "")],
        );
  const { diagnostics } = resolve({
    root: { path: "example", sources },
    dependencies: [],
  });
  return diagnostics.map(({ code }) => code);
}

test("every code has one section, and every section a code", () => {
  expect(sections.map(({ code }) => code).sort()).toEqual(
    Object.keys(catalogue).sort(),
  );
});

test.each(sections)("$code is explained", ({ code, examples, prose }) => {
  expect(prose.trim()).toMatch(/^[A-Z0-9`][^]{20,}[.:)]$/mu);
  expect(examples).toHaveLength(withoutExample.has(code) ? 0 : 2);
});

test.each(sections.filter(({ examples }) => examples.length > 0))(
  "$code is caused by its first example, and not by its second",
  ({ code, examples: [cause = "", fix = ""] }) => {
    expect(new Set(codesOf(cause))).toEqual(new Set([code]));
    expect(codesOf(fix)).toEqual([]);
  },
);
