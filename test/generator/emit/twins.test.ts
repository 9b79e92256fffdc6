import { describe, expect, it } from "vitest";
import type { GenerateOptions } from "../../../generator/src/generate.js";
import { generateText } from "../../support/emit/model.js";

/** The interfaces, types and values that a module exports, in their order. */
function exportsOf(
  items: string,
  path = "a/b/i.ts",
  options: GenerateOptions = {},
): string[] {
  const text = generateText(`package a:b; ${items}`, options).get(path) ?? "";
  return [...text.matchAll(/^export (?:interface|type|const) ([\w$]+)/gm)].map(
    ([, name]) => name ?? "",
  );
}

/** The names of one interface's module that begin with `Async`. */
function twinsOf(items: string): string[] {
  const names = exportsOf(`interface i { ${items} }`);
  return names.filter((name) => name.startsWith("Async"));
}

describe("the asynchronous form of a type", () => {
  it("is there where a method waits", () => {
    expect(twinsOf("resource r { m: func(); }")).toEqual([
      "AsyncR",
      "AsyncRConstructor",
      "AsyncI",
    ]);
  });

  it("is not there for a resource without functions", () => {
    expect(twinsOf("resource r; f: func(it: r) -> r;")).toEqual(["AsyncI"]);
  });

  it("is not there for a resource with nothing but a constructor", () => {
    expect(
      twinsOf("resource r { constructor(a: u8); } f: func() -> r;"),
    ).toEqual(["AsyncI"]);
  });

  it("is not there where all methods are asynchronous in WIT", () => {
    expect(twinsOf("resource r { m: async func(a: borrow<r>) -> r; }")).toEqual(
      ["AsyncI"],
    );
  });

  it("is that of the class alone where only static functions wait", () => {
    const items = "resource r { s: static func() -> r; } f: func() -> r;";
    expect(twinsOf(items)).toEqual(["AsyncRConstructor", "AsyncI"]);
    const text =
      generateText(`package a:b; interface i { ${items} }`).get("a/b/i.ts") ??
      "";
    expect(text).toContain(`export interface AsyncRConstructor {
  readonly prototype: R;
  [Symbol.hasInstance](value: unknown): boolean;
  /** @returns owned: the caller disposes of it */
  s(): Promise<R>;
}`);
  });

  it("is there for what holds an instance that waits, and for nothing else", () => {
    const items = `
      resource r { m: func(); }
      resource s { constructor(it: r); }
      resource t { m: async func(it: r); }
      record holds { it: r }
      record plain { it: s, name: string }
      type again = holds;
      type bytes = list<u8>;
      enum e { a }`;
    expect(twinsOf(items)).toEqual([
      "AsyncR",
      "AsyncRConstructor",
      "AsyncSConstructor",
      "AsyncT",
      "AsyncTConstructor",
      "AsyncHolds",
      "AsyncAgain",
      "AsyncI",
    ]);
  });

  it("is there for types that come by `use` from elsewhere only if it is there", () => {
    const text =
      generateText(`package a:b;
        interface i { resource r { m: func(); } resource s; }
        interface j { use i.{r, s}; f: func(r: r, s: s); }`).get("a/b/j.ts") ??
      "";
    expect(text).toContain('export type { AsyncR, R, S } from "./i.js";');
    expect(text).toContain("f(r: AsyncR, s: S): Promise<void>;");
  });

  it("goes by the name of the type in the asynchronous mode alone, if it is no different", () => {
    expect(
      exportsOf(
        "interface i { resource r { s: static func(); } resource t { m: func(); } }",
        "a/b/i.ts",
        { mode: "async" },
      ),
    ).toEqual([
      "R",
      "AsyncRConstructor",
      "AsyncT",
      "AsyncTConstructor",
      "AsyncI",
      "I",
    ]);
  });
});

it("of a function that returns a future is no promise of one: nobody could tell them apart", () => {
  const text =
    generateText(
      "package a:b; interface i { f: func() -> future<u8>; g: func(); h: async func() -> future<u8>; }",
    ).get("a/b/i.ts") ?? "";
  const contract = text.slice(text.indexOf("export interface AsyncI"));
  expect(contract).toContain("  f(): PromiseLike<number>;");
  expect(contract).toContain("  g(): Promise<void>;");
  // As jco has it.
  expect(contract).toContain("  h(): Promise<PromiseLike<number>>;");
});

describe("the asynchronous contract", () => {
  const same =
    "/** The asynchronous form of {@link I}, which is no different. */\nexport type AsyncI = I;";

  it.each([
    ["", true],
    ["type t = u8;", true],
    ["resource r { constructor(); }", true],
    ["f: async func() -> u8;", true],
    ["f: func() -> future<u8>;", true],
    ["type t = future; f: func() -> t;", true],
    ["f: func() -> result<future<u8>>;", false],
    ["resource r { m: async func(); } f: async func(it: r);", true],
    ["f: func();", false],
    ["resource r { s: static func(); }", false],
    ["resource r { m: func(); } f: async func(it: r);", false],
  ])("of an interface with `%s` is the same: %s", (items, isSame) => {
    const text =
      generateText(`package a:b; interface i { ${items} }`).get("a/b/i.ts") ??
      "";
    expect(text.includes(same)).toBe(isSame);
    expect(text.includes("export interface AsyncI {")).toBe(!isSame);
  });

  it("is the same where patterns make all functions asynchronous", () => {
    const text = generateText("package a:b; interface i { f: func(); }", {
      async: ["a:b/i#*"],
    });
    expect(text.get("a/b/i.ts")).toContain(same);
  });

  it("is written out in the asynchronous mode alone", () => {
    const text = generateText("package a:b; interface i { f: async func(); }", {
      mode: "async",
    });
    expect(text.get("a/b/i.ts")).toContain("export interface AsyncI {");
  });

  it("of a world's side is the same where that of each member is", () => {
    const world = `
      interface i { f: async func(); }
      interface j { f: func(); }
      world w { import i; import g: async func(); export j; }`;
    const text = generateText(`package a:b; ${world}`).get("a/b/w.ts") ?? "";
    expect(text).toContain("export type AsyncWImports = WImports;");
    expect(text).toContain("export interface AsyncWExports {");
    expect(text).toContain('readonly "a:b/j": AsyncJ;');
  });

  it("of a world's side differs by its functions and its resources, too", () => {
    const text =
      generateText(
        "package a:b; world w { resource r { m: func(); } export g: func(); }",
      ).get("a/b/w.ts") ?? "";
    expect(text).toContain("export interface AsyncWImports {");
    expect(text).toContain("readonly R: AsyncRConstructor;");
    expect(text).toContain("export interface AsyncWExports {");
  });
});
