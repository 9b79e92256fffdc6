import { describe, expect, it } from "vitest";
import type { GenerateOptions } from "../../../generator/src/generate.js";
import { generateText } from "../../support/emit/model.js";

/** The names of the interfaces, types and values that a module exports, in source order. */
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

/** The exports of an interface's module whose names begin with `Async`. */
function twinsOf(items: string): string[] {
  const names = exportsOf(`interface i { ${items} }`);
  return names.filter((name) => name.startsWith("Async"));
}

describe("the asynchronous form of a type", () => {
  it("is generated for a resource with a synchronous method", () => {
    expect(twinsOf("resource r { m: func(); }")).toEqual([
      "AsyncR",
      "AsyncRConstructor",
      "AsyncI",
    ]);
  });

  it("is not generated for a resource without functions", () => {
    expect(twinsOf("resource r; f: func(it: r) -> r;")).toEqual(["AsyncI"]);
  });

  it("is not generated for a resource that only has a constructor", () => {
    expect(
      twinsOf("resource r { constructor(a: u8); } f: func() -> r;"),
    ).toEqual(["AsyncI"]);
  });

  it("is not generated for a resource whose methods are all `async` in WIT", () => {
    expect(twinsOf("resource r { m: async func(a: borrow<r>) -> r; }")).toEqual(
      ["AsyncI"],
    );
  });

  it("is generated only for the constructor of a resource whose synchronous functions are all static", () => {
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

  it("is generated for the types that contain a resource with an asynchronous form, and for no other types", () => {
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

  it("is imported with a type that comes by `use` only if the type has one", () => {
    const text =
      generateText(`package a:b;
        interface i { resource r { m: func(); } resource s; }
        interface j { use i.{r, s}; f: func(r: r, s: s); }`).get("a/b/j.ts") ??
      "";
    expect(text).toContain('export type { AsyncR, R, S } from "./i.js";');
    expect(text).toContain("f(r: AsyncR, s: S): Promise<void>;");
  });

  it("is not generated in mode `async` for a type where it would be the same", () => {
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

it("adds no promise around a future in the asynchronous form of a function: `await` would resolve both", () => {
  const text =
    generateText(
      "package a:b; interface i { f: func() -> future<u8>; g: func(); h: async func() -> future<u8>; }",
    ).get("a/b/i.ts") ?? "";
  const contract = text.slice(text.indexOf("export interface AsyncI"));
  expect(contract).toContain("  f(): PromiseLike<number>;");
  expect(contract).toContain("  g(): Promise<void>;");
  // The same type as jco declares.
  expect(contract).toContain("  h(): Promise<PromiseLike<number>>;");
});

describe("the asynchronous contract", () => {
  const same =
    "/** The asynchronous form of {@link I}, which is identical. */\nexport type AsyncI = I;";

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
  ])(
    "of an interface with `%s` is an alias of the synchronous one: %s",
    (items, isSame) => {
      const text =
        generateText(`package a:b; interface i { ${items} }`).get("a/b/i.ts") ??
        "";
      expect(text.includes(same)).toBe(isSame);
      expect(text.includes("export interface AsyncI {")).toBe(!isSame);
    },
  );

  it("is an alias where patterns make all functions asynchronous", () => {
    const text = generateText("package a:b; interface i { f: func(); }", {
      async: ["a:b/i#*"],
    });
    expect(text.get("a/b/i.ts")).toContain(same);
  });

  it("is not changed by a pattern for a function if only a method has that name", () => {
    const wit =
      "package a:b; interface i { resource r { f: func(); } f: func(); }";
    const text = generateText(wit, { mode: "sync", async: ["a:b/i#f"] });
    expect(text.get("a/b/i.ts")).toMatch(
      /interface R \{\n {2}f\(\): void;[^]*interface I \{[^}]*f\(\): Promise<void>;/,
    );
  });

  it("is written out in full in mode `async`", () => {
    const text = generateText("package a:b; interface i { f: async func(); }", {
      mode: "async",
    });
    expect(text.get("a/b/i.ts")).toContain("export interface AsyncI {");
  });

  it("of a world's imports or exports is an alias if that of each member is", () => {
    const world = `
      interface i { f: async func(); }
      interface j { f: func(); }
      world w { import i; import g: async func(); export j; }`;
    const text = generateText(`package a:b; ${world}`).get("a/b/w.ts") ?? "";
    expect(text).toContain("export type AsyncWImports = WImports;");
    expect(text).toContain("export interface AsyncWExports {");
    expect(text).toContain('readonly "a:b/j": AsyncJ;');
  });

  it("of a world's imports or exports is written out if the world's own functions or resources differ", () => {
    const text =
      generateText(
        "package a:b; world w { resource r { m: func(); } export g: func(); }",
      ).get("a/b/w.ts") ?? "";
    expect(text).toContain("export interface AsyncWImports {");
    expect(text).toContain("readonly R: AsyncRConstructor;");
    expect(text).toContain("export interface AsyncWExports {");
  });
});
