import { describe, expect, test } from "vitest";
import { parseClean, problemsOf } from "../../support/parse.js";

describe("white space and comments", () => {
  test("include spaces, tabs, LF, CRLF, nested comments and a byte order mark", () => {
    parseClean(
      "\u{feff}package a:b; // to the end\r\n\t/* a /* b */ c */ interface /**/ i /***/ { }\r\n//",
    );
  });

  test("include a lone CR only in comments", () => {
    expect(problemsOf("package a:b;\rinterface i {}")).toEqual([
      "1:13 unexpected-character: U+000D has no meaning in WIT",
    ]);
    parseClean("// a\rb\ninterface i {}");
  });

  test("give one error for an unterminated comment", () => {
    expect(problemsOf("interface i {\n  f: func(); /* /* */\n}\n")).toEqual([
      "2:14 unterminated-comment: this comment is never closed; block comments nest: each `/*` needs a `*/` of its own",
    ]);
  });

  test("allow comments nested 100,000 deep", () => {
    parseClean(`${"/*".repeat(100_000)}${"*/".repeat(100_000)} interface i {}`);
    expect(problemsOf("/*".repeat(100_000))).toHaveLength(1);
  });
});

describe("characters", () => {
  test.each([
    ["\u{202e}", "U+202E"],
    ["\u{2066}", "U+2066"],
    ["\u{149}", "`ŉ` (U+0149)"],
    ["\u{0}", "U+0000"],
    ["\u{1b}", "U+001B"],
    ["\u{7f}", "U+007F"],
    ["\u{85}", "U+0085"],
    ["\u{d800}", "U+D800"],
  ])("%j is forbidden everywhere", (character, shown) => {
    for (const text of [
      `// x${character}\ninterface i {}`,
      `/* x${character} */ interface i {}`,
      `interface ${character} i {}`,
    ]) {
      const problems = problemsOf(text);
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain(
        `forbidden-character: ${shown} is not allowed in WIT`,
      );
    }
  });

  test.each(["\u{202e}", "\u{17a3}", "\u{85}", "\u{d800}"])(
    "%j is forbidden in strings",
    (character) => {
      const text = `interface i { @external-id("é${character}") f: func(); }`;
      expect(problemsOf(text)).toEqual([
        expect.stringContaining("1:30 forbidden-character: "),
      ]);
    },
  );

  test("outside of the syntax are only accepted in comments, and reported once for a sequence", () => {
    parseClean("// 東京 \u{1f600} \u{200d}\u{a0} é\ninterface i {}");
    expect(problemsOf("interface i { #?!\u{a0} f: func(); }")).toHaveLength(1);
    expect(problemsOf("#\ninterface i {}")).toEqual([
      "1:1 unexpected-character: `#` (U+0023) has no meaning in WIT",
    ]);
  });
});

describe("strings", () => {
  const idOf = (literal: string): string =>
    `interface i {\n@external-id(${literal}) f: func();\n}`;

  test.each([
    ['"\\t\\n\\r\\"\\\'\\\\"', "\t\n\r\"'\\"],
    ['"\\u{1_f6_00}\\u{0}"', "\u{1f600}\u{0}"],
    ['"é\\f0\\9f\\98\\80"', "é\u{1f600}"],
    ['""', ""],
  ])("%s", (literal, value) => {
    const [item] = parseClean(idOf(literal)).items;
    const member = item?.kind === "interface" ? item.items[0] : undefined;
    expect(member?.kind === "function" && member.attributes[0]).toMatchObject({
      value,
    });
  });

  test.each([
    ['"\\q"', "2:16 invalid-string: the escapes are"],
    [
      '"\\u{d800}"',
      "2:16 invalid-string: `\\u{d800}` is not a Unicode character",
    ],
    ['"\\u{110000}"', "2:16 invalid-string: `\\u{110000}` is not"],
    ['"\\u{}"', "2:16 invalid-string: a code point is escaped as in"],
    ['"\\u{1_}"', "2:16 invalid-string: a code point is escaped as in"],
    ['"\\fz"', "2:16 invalid-string: a byte is escaped as two"],
    [
      '"\\ff"',
      "2:14 invalid-string: the bytes of this string are not valid UTF-8",
    ],
    ['"\t"', "2:15 invalid-string: U+0009 is not allowed in a string"],
    ['"a', "2:28 unterminated-string: this string is never closed"],
  ])("%s is rejected with one error", (literal, problem) => {
    const problems = problemsOf(idOf(literal));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  test("are only allowed in attributes", () => {
    expect(problemsOf('interface i { f: func("x"); }')).toEqual([
      "1:23 unexpected-token: expected a name, found a string",
    ]);
  });

  test("give one error if the file ends in one", () => {
    expect(problemsOf('interface i { @external-id("')).toHaveLength(1);
  });
});
