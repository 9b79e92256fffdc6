import { describe, expect, it } from "vitest";
import ts from "typescript";
import {
  generate,
  type GenerateOptions,
} from "../../../generator/src/generate.js";
import { generateText, resolveText } from "../../support/emit/model.js";

function textOf(
  wit: string,
  path = "a/b/i.ts",
  options: GenerateOptions = { mode: "sync" },
): string {
  const text = generateText(wit, options).get(path);
  if (text === undefined) throw new Error(`nothing was generated as ${path}`);
  return text;
}

/** The generated module of an interface `i` with the given items. */
function interfaceText(items: string, options?: GenerateOptions): string {
  return textOf(`package a:b; interface i { ${items} }`, "a/b/i.ts", options);
}

/** The lines of the doc comment above the line that begins with the given text, without the comment markers. */
function docsOf(text: string, line: string): string[] {
  const lines = text.split("\n");
  const at = lines.findIndex((one) => one.trim().startsWith(line));
  expect(at, line).toBeGreaterThan(0);
  let start = at;
  while (/^\s*(\/\*\*|\*)/.test(lines[start - 1] ?? "")) start--;
  return lines
    .slice(start, at)
    .map((one) =>
      one
        .trim()
        .replace(/^\/?\*+\/? ?/, "")
        .replace(/ \*\/$/, ""),
    )
    .filter((one) => one !== "");
}

describe("documentation", () => {
  it("of every kind of item is copied to the generated code", () => {
    const wit = `/// The package.
package a:b;
/// The world.
world w {
  /// The import.
  import i;
  /// The imported function.
  import f: func(/// Its parameter.
    a: u8);
  /// The export.
  export inline: interface {
    /// The inner function.
    inner: func();
  }
  /// The exported function.
  export run: func();
  /// The world's type.
  type t = u8;
}
/// The interface.
interface i {
  /// The record.
  record r { /// The field.
    a-field: u8 }
  /// The variant.
  variant v { /// The case.
    one(u8) }
  /// The enum.
  enum e { /// The enum case.
    two }
  /// The flags.
  flags fl { /// The flag.
    three }
  /// The alias.
  type al = u8;
  /// The resource.
  resource res {
    /// The constructor.
    constructor(/// How it is made.
      how: u8);
    /// The method.
    m: func(/** What it takes. */ what: u8);
    /// The static function.
    s: static func();
  }
  /// The function.
  f: func(
    /// The first.
    a: u8,
    /// The second,
    /// over two lines.
    b: u8) -> u8;
}`;
    const text = textOf(wit);
    for (const [line, says] of [
      ["export interface I {", "The interface."],
      ["export interface R {", "The record."],
      ["aField: number;", "The field."],
      ["export type V =", "The variant."],
      ["export const V =", "The variant."],
      ["One: (val", "The case."],
      ["export type E =", "The enum."],
      ["export const E =", "The enum."],
      ['Two: "two",', "The enum case."],
      ["export interface Fl {", "The flags."],
      ["export const Fl =", "The flags."],
      ["three?: boolean;", "The flag."],
      ["export type Al =", "The alias."],
      ["export interface Res {", "The resource."],
    ] as const)
      expect(docsOf(text, line), line).toEqual([says]);
    expect(docsOf(text, "new (")).toEqual([
      "The constructor.",
      "@param how - How it is made.",
    ]);
    expect(docsOf(text, "m(")).toEqual([
      "The method.",
      "@param what - What it takes.",
    ]);
    expect(docsOf(text, "s(")).toEqual(["The static function."]);
    expect(docsOf(text, "f(")).toEqual([
      "The function.",
      "@param a - The first.",
      "@param b - The second,",
      "over two lines.",
    ]);
    const world = textOf(wit, "a/b/w.ts");
    for (const [line, says] of [
      ['readonly "a:b/i"', ["The import."]],
      ["f(", ["The imported function.", "@param a - Its parameter."]],
      ["run(", ["The exported function."]],
      ["export type T", ["The world's type."]],
    ] as const)
      expect(docsOf(world, line), line).toEqual(says);
    expect(docsOf(world, "export const W:")[0]).toBe("The world.");
    const inline = textOf(wit, "a/b/w/inline.ts");
    expect(docsOf(inline, "export interface Inline {")).toEqual([
      "The export.",
    ]);
    expect(docsOf(inline, "inner(")).toEqual(["The inner function."]);
    expect(textOf(wit, "index.ts")).toContain(`
/**
 * The package.
 *
 * @packageDocumentation
 */

export * as `);
  });

  it("of a parameter does not include plain comments at the end of the line before", () => {
    const text = interfaceText(`f: func(
      a: u8, // about a
      b: u8, /* about b */
      c: u8);`);
    expect(docsOf(text, "f(")).toEqual([]);
  });

  it("of parameters is also copied to guest modules and to functions of included worlds", () => {
    const wit = `package a:b;
      interface i { resource r; f: func(/// The first.
        new: r); }
      world base { import g: func(/// Its own.
        a: u8); import i; }
      world w { include base; }`;
    const files = generateText(wit, { mode: "sync", target: "guest" });
    const note =
      "@param new$ - The first. (owned: the function takes ownership and disposes of it)";
    expect(docsOf(files.get("a/b/i.ts") ?? "", "f(")).toEqual([note]);
    expect(
      docsOf(files.get("a/b/i.ambient.d.ts") ?? "", "export function f("),
    ).toEqual([note]);
    expect(docsOf(files.get("a/b/w.ts") ?? "", "g(")).toEqual([
      "@param a - Its own.",
    ]);
  });

  it("of a parameter is left out if its comment is empty", () => {
    const text = interfaceText(`resource r;
      f: func(
        ///
        a: u8,
        ///
        b: borrow<r>);
      g: func(
        /** */
        a: u8);`);
    expect(docsOf(text, "f(")).toEqual([
      "@param b - borrowed: the caller keeps ownership",
    ]);
    expect(docsOf(text, "g(")).toEqual([]);
  });

  it("ends a line at a carriage return", () => {
    const text = interfaceText(
      "/// One\rtwo.\nf: func();\n/** `a\r b\r\n c` */ g: func();",
    );
    expect(docsOf(text, "f(")).toEqual(["One", "two."]);
    expect(docsOf(text, "g(")).toEqual(["`a", " b", " c`"]);
  });

  it("may have a long line full of possible tags", () => {
    // A search back to the start of the line for each of them would take minutes.
    const count = 150_000;
    const text = interfaceText(`/// ${"{@".repeat(count)}\nf: func();`);
    expect(text).toContain("{\\@".repeat(count));
  });

  it("of several packages is listed in the index under the packages' names", () => {
    const text = generateText(
      `/// One.
package a:b;
interface i {}
/// Two.
package c:d { interface j {} }`,
    ).get("index.ts");
    // A nested package counts as requested, too.
    expect(text).toContain("# `a:b`\n *\n * One.\n *\n * # `c:d`\n *\n * Two.");
  });

  it("keeps links, lists and code, and contains no JSDoc tag", () => {
    const text = interfaceText(`
  /// See [the page](https://example.org/a_b) and <https://example.org>.
  ///
  /// - one
  ///   - two
  ///
  /// \`\`\`ts
  /// @decorated class A {} /* inside */
  /// \`\`\`
  f: func();`);
    const file = ts.createSourceFile(
      "i.ts",
      text,
      ts.ScriptTarget.ES2022,
      true,
    );
    const contract = file.statements.find(ts.isInterfaceDeclaration);
    const [member] = contract?.members ?? [];
    if (member === undefined) throw new Error("there is no function");
    expect(ts.getJSDocTags(member)).toEqual([]);
    const [docs] = ts.getJSDocCommentsAndTags(member);
    expect(docs && ts.getTextOfJSDocComment(docs.comment)).toBe(
      "See [the page](https://example.org/a_b) and <https://example.org>.\n\n- one\n  - two\n\n```ts\n\\@decorated class A {} /* inside *\\/\n```",
    );
  });
});

it.each([
  ["a line begins with", "@internal that", "\\@internal that"],
  ["stands between backticks", "as `a @internal c`", "as `a \\@internal c`"],
  ["stands behind odd backticks", "`` ` `@internal ` @this `", undefined],
  [
    "stands behind white space of other scripts",
    "one\u3000@internal two\u00a0@this three\u0085@that",
    undefined,
  ],
  ["is behind a backtick", "as `@internal`", "as `@internal`"],
  ["is an address", "a@b.c", "a@b.c"],
])("begins no JSDoc tag with an `@` that %s", (_, says, written) => {
  // WIT text cannot contain U+0085, but a model need not come from WIT text.
  const { model } = resolveText(`package a:b; interface i { f: func(); }`);
  const interfaces = model.interfaces.map((item) => ({
    ...item,
    docs: { contents: says },
  }));
  const { files } = generate({ ...model, interfaces }, { mode: "sync" });
  const text = files.find(({ path }) => path === "a/b/i.ts")?.text ?? "";
  if (written !== undefined) expect(text).toContain(`/** ${written} */`);
  const file = ts.createSourceFile("i.ts", text, ts.ScriptTarget.ES2022, true);
  const contract = file.statements.find(ts.isInterfaceDeclaration);
  if (contract === undefined) throw new Error("there is no contract");
  expect(ts.getJSDocTags(contract)).toEqual([]);
});

describe("the ownership of resources is documented", () => {
  const resource = "resource r;";

  it.each([
    ["own<r>", "owned: the function takes ownership and disposes of it"],
    ["option<r>", "owned: the function takes ownership and disposes of it"],
    ["list<r>", "owned: the function takes ownership of the resources in it"],
    ["borrow<r>", "borrowed: the caller keeps ownership"],
    [
      "list<borrow<r>>",
      "borrowed: the caller keeps ownership of the resources in it",
    ],
    ["list<u8>", undefined],
  ])("for a parameter of type %s", (type, says) => {
    const text = interfaceText(`${resource} f: func(it: ${type});`);
    expect(docsOf(text, "f(")).toEqual(
      says === undefined ? [] : [`@param it - ${says}`],
    );
  });

  it.each([
    ["own<r>", "owned: the caller disposes of it"],
    ["option<r>", "owned: the caller disposes of it"],
    ["result<r, string>", "owned: the caller disposes of it"],
    ["tuple<r, u8>", "owned: the caller disposes of the resources in it"],
    ["result<list<r>>", "owned: the caller disposes of the resources in it"],
    ["result<_, r>", "an error is owned: the caller disposes of it"],
    ["result<r, r>", "owned, as is an error: the caller disposes of it"],
    ["result<u8, failure>", undefined],
    ["u8", undefined],
  ])("for a result of type %s", (type, says) => {
    const text = interfaceText(
      `${resource} variant failure { one(r), two } f: func() -> ${type};`,
    );
    expect(docsOf(text, "f(")).toEqual(
      says === undefined ? [] : [`@returns ${says}`],
    );
  });

  it("for fields and for the payloads of cases", () => {
    const text = interfaceText(`${resource}
      record both { /// The one.
        a: r, b: borrow<r>, c: u8 }
      variant failure { one(list<r>), two }`);
    expect(docsOf(text, "a: R;")).toEqual([
      "The one.",
      "Owned: the receiver disposes of it.",
    ]);
    expect(docsOf(text, "b: Borrow<R>;")).toEqual([
      "Borrowed: the sender keeps ownership.",
    ]);
    expect(docsOf(text, "c: number;")).toEqual([]);
    expect(docsOf(text, "One: (")).toEqual([
      "Owned: the receiver disposes of it.",
    ]);
  });
});

it("documents the asynchronous contract and the descriptor", () => {
  const text = interfaceText("/// Does.\nf: func();", { mode: "both" });
  expect(docsOf(text, "export interface AsyncI {")).toEqual([
    "The asynchronous form of {@link I}: its functions return promises.",
  ]);
  expect(docsOf(text, "export const I:")).toEqual([
    "The descriptor of `a:b/i` for the runtime.",
  ]);
});

it("documents thrown errors with `@throws` in the ambient modules of guests only", () => {
  const files = generateText(
    `package a:b;
    interface errors { variant failure { one, two(string) } }
    interface i {
      use errors.{failure};
      resource r { constructor() -> result<r, failure>; m: func() -> result; }
      f: func() -> result<u8, list<string>>;
      g: func() -> u8;
    }
    world w { use errors.{failure}; import i; import h: func() -> result<_, failure>; }`,
    { mode: "sync", target: "guest" },
  );
  const text = files.get("a/b/i.ambient.d.ts") ?? "";
  const thrown = (type: string) =>
    `@throws if the function fails, with the error as \`payload\`: \`${type}\``;
  expect(docsOf(text, "constructor(")).toEqual([thrown("Failure")]);
  expect(docsOf(text, "m(")).toEqual([
    "@throws if the function fails, without a `payload`",
  ]);
  expect(docsOf(text, "export function f(")).toEqual([thrown("string[]")]);
  expect(docsOf(text, "export function g(")).toEqual([]);
  expect(
    docsOf(
      files.get("a/b/w/h.ambient.d.ts") ?? "",
      "export default function (",
    ),
  ).toEqual([thrown("Failure")]);
  for (const [path, content] of files)
    if (!path.endsWith(".ambient.d.ts"))
      expect(content, path).not.toContain("@throws");
});
