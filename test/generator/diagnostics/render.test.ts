import { describe, expect, test } from "vitest";
import { DiagnosticCollector } from "../../../generator/src/diagnostics/collector.js";
import type { Diagnostic } from "../../../generator/src/diagnostics/diagnostic.js";
import { renderDiagnostics } from "../../../generator/src/diagnostics/render.js";
import { renderText } from "../../../generator/src/diagnostics/render-text.js";
import { SourceFile } from "../../../generator/src/syntax/source.js";

/** A diagnostic about the first occurrence of a text in a file. */
function about(
  file: string,
  text: string,
  what: Partial<Diagnostic> = {},
  path = "wit/net.wit",
): Diagnostic {
  const source = new SourceFile(path, file);
  const start = file.indexOf(text);
  return {
    code: "unknown-type",
    severity: "error",
    message: `unknown type \`${text}\``,
    range: { source, start, end: start + text.length },
    ...what,
  };
}

const net = "package a:net;\n\n\ninterface net {\n  type peer = adress;\n}\n";

describe("text output", () => {
  test("shows the position of a diagnostic, its line and the line before", () => {
    expect(
      renderText([
        about(net, "adress", { suggestion: "did you mean `address`?" }),
      ]),
    ).toBe(
      `wit/net.wit:5:15 - error unknown-type: unknown type \`adress\`; did you mean \`address\`?
  4 | interface net {
  5 |   type peer = adress;
    |               ^^^^^^
`,
    );
  });

  test.each([
    ["adress b\n", 1],
    ["a\nadress b\n", 2],
  ])("does not count a byte order mark as a column of %j", (text, line) => {
    const shown = (file: string) => renderText([about(file, "adress")]);
    expect(shown(`\uFEFF${text}`)).toBe(shown(text));
    expect(shown(text)).toContain(`wit/net.wit:${line}:1 - error`);
  });

  test("shows related positions, and diagnostics without a position", () => {
    const { range } = about(net, "{");
    const related =
      range === undefined
        ? []
        : [{ ...range, message: "the block begins here" }];
    expect(
      renderText([
        {
          code: "unknown-type",
          severity: "warning",
          message: "nothing to see",
        },
        about(net, "}", { related }),
      ]),
    ).toBe(`warning unknown-type: nothing to see

wit/net.wit:6:1 - error unknown-type: unknown type \`}\`
  5 |   type peer = adress;
  6 | }
    | ^
  wit/net.wit:4:15 - the block begins here
    4 | interface net {
      |               ^
`);
  });

  test("has colours only if requested", () => {
    const diagnostics = [about(net, "adress")];
    expect(renderText(diagnostics)).not.toContain("\u001b");
    const coloured = renderDiagnostics(diagnostics, { colour: true });
    expect(coloured).toContain("\u001b[31merror\u001b[39m");
    // Without the colours, the text is the same.
    // eslint-disable-next-line no-control-regex -- this removes colours
    expect(coloured.replace(/\u001b\[\d+m/gu, "")).toBe(
      renderText(diagnostics),
    );
  });

  test.each([
    ["tabs", "\tkind\tx = y;", "y", "    kind    x = y;", 16],
    ["wide characters", "/* 東京 */ y", "y", "/* 東京 */ y", 11],
    ["combining characters", "/* e\u{301} */ y", "y", "/* e\u{301} */ y", 8],
    ["emoji", "/* \u{1f600} */ y", "y", "/* \u{1f600} */ y", 9],
    [
      "what cannot be seen",
      "/* \u{202e}\u{7}\u{d800} */ y",
      "y",
      "/* <U+202E><U+0007><U+D800> */ y",
      31,
    ],
  ])(
    "places the marks below the marked text after %s",
    (_, line, mark, shown, column) => {
      expect(
        renderText([about(line, mark)])
          .split("\n")
          .slice(1, 3),
      ).toEqual([`  1 | ${shown}`, `    | ${" ".repeat(column)}^`]);
    },
  );

  test("escapes control characters of the input", () => {
    const evil = "\u001b[2J\u{202e}\u{200b}\r\u{9b}31m";
    const rendered = renderText([
      about(
        `x${evil}y`,
        "y",
        { message: evil, suggestion: evil },
        `a${evil}.wit`,
      ),
    ]);
    expect(rendered).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
    expect(rendered).toContain(
      "a<U+001B>[2J<U+202E><U+200B><U+000D><U+009B>31m.wit:1:",
    );
  });

  test("shows only a part of a very long line", () => {
    const line = `${"a".repeat(500_000)}\u{1f600}here${"b".repeat(500_000)}`;
    const [, shown = "", marks = ""] = renderText([about(line, "here")]).split(
      "\n",
    );
    expect(shown.length).toBeLessThan(140);
    expect(shown).toMatch(/^ {2}1 \| …a+\u{1f600}hereb+…$/u);
    // The emoji occupies two columns and two UTF-16 code units, so string indices equal columns.
    expect(marks.indexOf("^")).toBe(shown.indexOf("here"));
    expect(marks).toMatch(/^ {4}\| +\^{4}$/u);
  });

  test("marks a range over several lines to the end of its first line", () => {
    const source = new SourceFile("a.wit", "interface i {\n}\n");
    const diagnostic = {
      ...about("x", "x"),
      range: { source, start: 0, end: 15 },
    };
    expect(renderText([diagnostic])).toContain("    | ^^^^^^^^^^^^^\n");
  });

  test("marks an empty range at the end of the file with one mark", () => {
    const source = new SourceFile("a.wit", "interface i {\n");
    const diagnostic = {
      ...about("x", "x"),
      range: { source, start: 14, end: 14 },
    };
    expect(renderText([diagnostic])).toContain("a.wit:2:1 - ");
    expect(renderText([diagnostic])).toContain("  2 |\n    | ^\n");
  });
});

describe("JSON output", () => {
  test("is an array with positions as line, column and offset", () => {
    const { range } = about(net, "net {");
    const related = range === undefined ? [] : [{ ...range, message: "here" }];
    const json = renderDiagnostics(
      [
        about(net, "adress", { suggestion: "try", related }),
        { code: "unknown-type", severity: "note", message: "m" },
      ],
      { format: "json", colour: true },
    );
    expect(JSON.parse(json)).toEqual([
      {
        code: "unknown-type",
        severity: "error",
        message: "unknown type `adress`",
        suggestion: "try",
        range: {
          file: "wit/net.wit",
          start: { line: 5, column: 15, offset: 47 },
          end: { line: 5, column: 21, offset: 53 },
        },
        related: [
          {
            file: "wit/net.wit",
            start: { line: 4, column: 11, offset: 27 },
            end: { line: 4, column: 16, offset: 32 },
            message: "here",
          },
        ],
      },
      { code: "unknown-type", severity: "note", message: "m" },
    ]);
  });

  test("is an empty array if there are no diagnostics", () => {
    expect(renderDiagnostics([], { format: "json" })).toBe("[]\n");
  });

  test("escapes invisible characters without changing the parsed value", () => {
    const message = "\u{9b}31m\u{202e}\u{e0001}\u001b";
    const json = renderDiagnostics([about("x", "x", { message })], {
      format: "json",
    });
    expect(json).toMatch(/^[\n\x20-\x7e]*$/u);
    expect(JSON.parse(json)).toMatchObject([{ message }]);
  });
});

describe("output of workflow commands", () => {
  test("has one line for each diagnostic", () => {
    const note: Diagnostic = {
      code: "unknown-type",
      severity: "note",
      message: "m",
    };
    expect(
      renderDiagnostics([about(net, "adress", { suggestion: "try" }), note], {
        format: "github",
      }),
    ).toBe(
      "::error file=wit/net.wit,line=5,col=15,endLine=5,endColumn=21,title=unknown-type::unknown type `adress`; try\n" +
        "::notice title=unknown-type::m\n",
    );
  });

  test("escapes characters with a meaning for the runner", () => {
    const rendered = renderDiagnostics(
      [about("x", "x", { message: "100%\n::error::y" }, "a:b,c%.wit")],
      { format: "github" },
    );
    expect(rendered).toBe(
      "::error file=a%3Ab%2Cc%25.wit,line=1,col=1,endLine=1,endColumn=2,title=unknown-type::100%25<U+000A>::error::y\n",
    );
  });

  test("has no end column for a range over several lines", () => {
    const source = new SourceFile("a.wit", "a\nb\n");
    const diagnostic = {
      ...about("x", "x"),
      range: { source, start: 0, end: 3 },
    };
    const { related: _, ...plain } = diagnostic;
    expect(renderDiagnostics([plain], { format: "github" })).not.toContain(
      "endColumn",
    );
  });
});

describe("a DiagnosticCollector", () => {
  const source = new SourceFile("b.wit", "abcdef");
  const other = new SourceFile("a.wit", "abcdef");
  const at = (
    start: number,
    file = source,
  ): { source: SourceFile; start: number; end: number } => ({
    source: file,
    start,
    end: start + 1,
  });

  test("sorts by file and position, with diagnostics without a position first", () => {
    const sink = new DiagnosticCollector();
    sink.report("unknown-type", at(3), { name: "three" });
    sink.report("unknown-type", at(1), { name: "one" });
    sink.report("unknown-type", at(5, other), { name: "five" });
    sink.report("unknown-type", undefined, { name: "nowhere" });
    expect(sink.list().map(({ message }) => message)).toEqual([
      "unknown type `nowhere`",
      "unknown type `five`",
      "unknown type `one`",
      "unknown type `three`",
    ]);
    expect(sink.hasErrors).toBe(true);
  });

  test("keeps only one error at each position", () => {
    const sink = new DiagnosticCollector();
    sink.report("unknown-type", at(1), { name: "first" });
    sink.report("unterminated-comment", at(1), {});
    sink.report("unknown-type", undefined, { name: "a" });
    sink.report("unknown-type", undefined, { name: "a" });
    sink.report("unknown-type", undefined, { name: "b" });
    expect(sink.list()).toHaveLength(3);
  });

  test("stops at its limit, and reports the number of omitted problems", () => {
    const sink = new DiagnosticCollector({ limit: 2 });
    for (let index = 0; index < 6; index++)
      sink.report("unknown-type", at(index), { name: "x" });
    expect(sink.list().map(({ message }) => message)).toEqual([
      "unknown type `x`",
      "unknown type `x`",
      "4 more problems are not shown",
    ]);
  });

  test("truncates a very long name", () => {
    const sink = new DiagnosticCollector();
    sink.report("unknown-type", at(0), { name: "x".repeat(1_000_000) });
    expect(sink.list()[0]?.message.length).toBeLessThan(300);
  });
});
