import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { renderDiagnostics } from "../../../generator/src/diagnostics/render.js";
import { decodeUtf8 } from "../../../generator/src/host/utf8.js";
import { resolve } from "../../../generator/src/resolve/resolve.js";
import { docsOf } from "../../../generator/src/syntax/docs.js";
import { SourceFile } from "../../../generator/src/syntax/source.js";
import { visit } from "../../../generator/src/syntax/visitor.js";
import { mutate } from "../../support/mutate.js";
import { parseSound } from "../../support/parse.js";
import { Random } from "../../support/random.js";
import { sampleWit } from "../../support/sample-wit.js";

/**
 * Checks that a text gives a sound tree with readable documentation, that it resolves to a model or gives errors, and that
 * the diagnostics can be rendered.
 */
function survives(text: string): void {
  const { file } = parseSound(text);
  visit(file, {
    enter: (node) => {
      if ("docs" in node) docsOf(node, file.source);
      return undefined;
    },
  });
  const { model, diagnostics } = resolve(new SourceFile("test.wit", text), {
    features: "all",
  });
  expect(model === undefined).toBe(
    diagnostics.some(({ severity }) => severity === "error"),
  );
  for (const format of ["text", "json", "github"] as const) {
    expect(renderDiagnostics(diagnostics, { format })).not.toMatch(
      /[^\P{Cc}\n]|[\p{Cf}\p{Cs}]/u,
    );
  }
}

const seed = 20_260_101;

describe("any text gives a model or diagnostics", () => {
  test("mutated WIT", () => {
    fc.assert(
      fc.property(
        fc.nat(sampleWit.length - 1),
        fc.nat(),
        (sample, mutation) => {
          const random = new Random(mutation);
          survives(mutate(sampleWit[sample] ?? "", random));
        },
      ),
      { numRuns: 1_000, seed },
    );
  });

  test("random tokens", () => {
    const token = fc.constantFrom(
      ...'{ } ( ) < > ; , : . = @ % / * - + -> " _ a b-c %d 1 1.0.0 a:b a:b/c@1.0.0'.split(
        " ",
      ),
      ..."interface world package use import export include type record flags variant enum resource func async static constructor list option result tuple own borrow u8 string with as @since @unstable".split(
        " ",
      ),
      "\n",
      "// c\n",
      "/* c */",
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 60 }), (tokens) => {
        survives(tokens.join(" "));
        survives(`interface i { ${tokens.join(" ")} }`);
        survives(`world w { ${tokens.join("\n")} }`);
      }),
      { numRuns: 500, seed },
    );
  });

  test("random text, including lone surrogates and control characters", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 200 }),
        fc.array(fc.nat(0xffff)),
        (text, units) => {
          survives(text);
          survives(
            `interface i { ${String.fromCharCode(...units)} f: func(); }`,
          );
        },
      ),
      { numRuns: 500, seed },
    );
  });

  test("random bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const { text } = decodeUtf8(bytes);
        survives(text);
        survives(`// ${text}\ninterface i {}`);
      }),
      { numRuns: 500, seed },
    );
  });
});

describe("large and deeply nested input does not overflow the stack or take excessive time", () => {
  const depth = 100_000;

  test.each([
    ["blocks", "interface i {".repeat(depth)],
    ["braces", "{".repeat(depth)],
    ["worlds", "world w { import i: interface {".repeat(depth)],
    ["packages", `${"package a:b {\n".repeat(depth)}${"}".repeat(depth)}`],
    [
      "types",
      `interface i { type t = ${"option<".repeat(depth)}u8${">".repeat(depth)}; }`,
    ],
    ["angles", `interface i { f: func(a: ${"<".repeat(depth)}) }`],
    ["parentheses", `interface i { f: func(${"(".repeat(depth)}`],
    ["tuples", `interface i { type t = ${"tuple<u8,".repeat(depth)}`],
    ["comments", "/*".repeat(depth)],
    ["errors on one line", "interface i { f: fnc(); }".repeat(10_000)],
    ["lines of errors", "interface i {\n  1\n}\n".repeat(10_000)],
    ["closing braces", "}\n".repeat(depth)],
    ["semicolons", ";".repeat(depth)],
    ["unknown characters", "# ".repeat(depth)],
    ["quotes", '"'.repeat(depth)],
    ["lines that begin blocks", `interface i {\n${"  use\n".repeat(20_000)}`],
  ])("very many %s", (_, text) => {
    const { diagnostics } = parseSound(text);
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(renderDiagnostics(diagnostics.slice(0, 100)).length).toBeLessThan(
      100_000,
    );
  });

  test.each([
    ["a name", `interface ${"a".repeat(1_000_000)} { f: func(); }`],
    ["a bad name", `interface ${"a-".repeat(500_000)} { f: func(); }`],
    [
      "a keyword that goes on",
      `interface i { ${"list".repeat(250_000)}: func(); }`,
    ],
    ["a version", `package a:b@1.0.0-${"a.".repeat(500_000)}a;`],
    [
      "a number",
      `interface i { type t = list<u8, ${"9".repeat(1_000_000)}>; }`,
    ],
    [
      "a string",
      `interface i { @external-id("${"\\u{e9}".repeat(200_000)}") f: func(); }`,
    ],
    ["space", `interface i {${" ".repeat(1_000_000)}1 }`],
    ["a line of comments", `${"/**/".repeat(250_000)}interface i {}`],
    [
      "a comment",
      `/** ${"\n * text".repeat(100_000)}*/ interface i { f: func(); }`,
    ],
  ])("%s of a megabyte", (_, text) => {
    survives(text);
  });

  test("a list of 100,000 elements", () => {
    const names = Array.from(
      { length: 100_000 },
      (_, index) => `a${String(index)}`,
    );
    const { diagnostics, file } = parseSound(
      `interface i { record r { ${names.map((name) => `${name}: u8`).join(",\n")} } f: func(${names.map((name) => `${name}: u8`).join(",")}); }`,
    );
    expect(diagnostics).toEqual([]);
    const [item] = file.items;
    const [record] = item?.kind === "interface" ? item.items : [];
    expect(record?.kind === "record" && record.fields.length).toBe(100_000);
  });

  const resolveClean = (text: string): void => {
    const { diagnostics, model } = resolve(new SourceFile("test.wit", text));
    expect(diagnostics).toEqual([]);
    expect(model).toBeDefined();
  };
  const many = <T>(count: number, make: (index: number) => T): T[] =>
    Array.from({ length: count }, (_, index) => make(index));

  test("50,000 interfaces", () => {
    const interfaces = many(
      50_000,
      (index) => `interface i${String(index)} { type t = u8; f: func(a: t); }`,
    );
    resolveClean(`package a:b;\n${interfaces.join("\n")}`);
  });

  test("a chain of 5,000 uses, and one of 5,000 includes", () => {
    const uses = many(
      5_000,
      (index) =>
        `interface i${String(index + 1)} { use i${String(index)}.{t}; }`,
    );
    const includes = many(
      5_000,
      (index) => `world w${String(index + 1)} { include w${String(index)}; }`,
    );
    resolveClean(
      `package a:b;\ninterface i0 { type t = u8; }\n${uses.join("\n")}\nworld w0 { import i5000; }`,
    );
    resolveClean(
      `package a:b;\nworld w0 { import f: func(); }\n${includes.join("\n")}`,
    );
  });
});
