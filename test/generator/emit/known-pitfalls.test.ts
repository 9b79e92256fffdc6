import { describe, expect, it } from "vitest";
import ts from "typescript";
import { compile } from "../../support/emit/compile.js";
import { generateText, notesOf } from "../../support/emit/model.js";

/** The text of one generated file. Runs of white space become one space, so that layout does not matter. */
function textOf(wit: string, path: string): string {
  const text = generateText(wit).get(path);
  if (text === undefined) throw new Error(`nothing was generated as ${path}`);
  return text.replaceAll(/\s+/g, " ");
}

/** The generated module of an interface `i` with the given items. */
function interfaceText(items: string): string {
  return textOf(`package a:b; interface i { ${items} }`, "a/b/i.ts");
}

/** Compiles the generated files and a module that uses them. */
function errorsOf(wit: string, use = ""): Promise<string[]> {
  return compile(
    [...generateText(wit), ["use.ts", use === "" ? "export {};" : use]],
    "typescript-7",
  );
}

describe("known pitfalls of generators", () => {
  it("keeps the functions that a world imports", () => {
    const text = textOf(
      "package a:b; world w { import do-it: func(a: u8) -> result<u8, string>; }",
      "a/b/w.ts",
    );
    expect(text).toContain(
      "export interface WImports { doIt(a: number): Result<number, string>; }",
    );
    expect(text).toContain(
      'imports: { doIt: { kind: "function", function: { name: "do-it",',
    );
  });

  it("supports a function called `delete` and a parameter called `new`", async () => {
    const wit = "package a:b; interface i { delete: func(new: u8); }";
    expect(textOf(wit, "a/b/i.ts")).toContain(
      "export interface I { delete(new$: number): void; }",
    );
    expect(notesOf(wit)).toEqual([
      "parameter `new` of `delete` is called `new$` in TypeScript, because its own name is taken",
    ]);
    expect(await errorsOf(wit)).toEqual([]);
  });

  it("imports no module into a guest for an interface without functions, because none exists", () => {
    const wit =
      "package a:b; interface types { resource network; type size = u32; } interface use-it { use types.{network}; get: func() -> network; } world w { import use-it; }";
    const text = generateText(wit, { target: "guest" }).get("a/b/w.guest.ts");
    expect(text).toContain('import * as useItModule from "a:b/use-it";');
    expect(text).not.toContain('"a:b/types"');
    expect(text).toContain(
      "export const types: Types = fromJcoExports(Types, {}, options);",
    );
  });

  it("does not declare a function called `new` as a constructor", async () => {
    const wit = "package a:b; interface i { new: func(a: u8) -> string; }";
    expect(textOf(wit, "a/b/i.ts")).toContain(
      'export interface I { "new"(a: number): string; }',
    );
    expect(
      await errorsOf(
        wit,
        'import type { I } from "./a/b/i.js"; export const i: I = { new: (a) => String(a) };',
      ),
    ).toEqual([]);
  });

  const versions = `package a:b;
    world w { import lib:x/api@1.0.0; import lib:x/api@2.0.0; }
    package lib:x@1.0.0 { interface api { enum e { a } f: func() -> e; } }
    package lib:x@2.0.0 { interface api { enum e { a, b } f: func() -> e; } }`;

  it("generates two versions of one interface side by side", async () => {
    const files = generateText(versions);
    expect([...files.keys()]).toContain("lib/x@1.0.0/api.ts");
    expect([...files.keys()]).toContain("lib/x@2.0.0/api.ts");
    const world = textOf(versions, "a/b/w.ts");
    expect(world).toContain('readonly "lib:x/api@1.0.0": Api;');
    expect(world).toContain('readonly "lib:x/api@2.0.0": Api$;');
    expect(await errorsOf(versions)).toEqual([]);
  });

  it("distinguishes `a:b-c/d` from `a-b:c/d`", async () => {
    const wit = `package x:y;
      world w { import a:b-c/d; import a-b:c/d; }
      package a:b-c { interface d { f: func(); } }
      package a-b:c { interface d { f: func() -> u8; } }`;
    const files = [...generateText(wit).keys()];
    expect(files).toContain("a/b-c/d.ts");
    expect(files).toContain("a-b/c/d.ts");
    expect(textOf(wit, "index.ts")).toContain(
      'export * as aBCD$ from "./a-b/c/d.js"; export * as aBCD from "./a/b-c/d.js";',
    );
    expect(await errorsOf(wit)).toEqual([]);
  });

  it("generates the resources of a world", async () => {
    const wit = `package a:b; world w {
      resource r { constructor(n: u8); m: func() -> result<u8, string>; s: static func() -> r; }
      export run: func(r: borrow<r>) -> r;
    }`;
    const text = textOf(wit, "a/b/w.ts");
    expect(text).toContain("export interface R { m(): Result<number, string>;");
    expect(text).toContain(
      "export interface RConstructor { new (n: number): R; readonly prototype: R;",
    );
    expect(text).toContain(
      "export interface WImports { readonly R: RConstructor; }",
    );
    expect(text).toContain('R: { kind: "resource", name: "r" }');
    expect(await errorsOf(wit)).toEqual([]);
  });

  it("generates aliases of `own<r>` and `borrow<r>`", async () => {
    const wit =
      "package a:b; interface i { resource r; type o = own<r>; type b = borrow<r>; f: func(o: o, b: b) -> list<o>; }";
    const text = textOf(wit, "a/b/i.ts");
    expect(text).toContain("export type O = R;");
    expect(text).toContain("export type B = Borrow<R>;");
    expect(text).toContain("f(o: O, b: B): O[];");
    expect(await errorsOf(wit)).toEqual([]);
  });

  it("generates empty interfaces", async () => {
    const wit = "package a:b; interface empty {} world w { import empty; }";
    expect(textOf(wit, "a/b/empty.ts")).toContain(
      "export type Empty = object;",
    );
    expect(textOf(wit, "a/b/w.ts")).toContain('readonly "a:b/empty": Empty;');
    expect(
      await errorsOf(
        wit,
        'import type { WImports } from "./a/b/w.js"; export const w: WImports = { "a:b/empty": {} };',
      ),
    ).toEqual([]);
  });

  it("recognizes a result behind an alias, and describes whether jco returns or throws its error", () => {
    const wit = `package a:b;
      interface i { type outcome = result<u8, string>; type again = outcome; f: func() -> outcome; g: func() -> again; }
      interface j { use i.{outcome, again as more}; type mine = more; f: func() -> outcome; g: func() -> more; h: func() -> mine; k: func() -> result<mine>; }
      interface k { use j.{outcome}; f: func() -> outcome; }`;
    const errors = (path: string) =>
      [
        ...textOf(wit, path).matchAll(
          /name: "(\w)", parameters: \[\], result: "[^"]*",( errors: "returned",)?/g,
        ),
      ].map(
        ([, name, returned]) => `${name} ${returned ? "returned" : "thrown"}`,
      );
    expect(errors("a/b/i.ts")).toEqual(["f thrown", "g thrown"]);
    expect(errors("a/b/j.ts")).toEqual([
      "f returned",
      "g returned",
      "h returned",
      "k thrown",
    ]);
    expect(errors("a/b/k.ts")).toEqual(["f returned"]);
  });

  it("generates one interface that is both imported and exported", () => {
    const wit =
      "package a:b; interface i { f: func(); } world w { import i; export i; }";
    const text = textOf(wit, "a/b/w.ts");
    expect(text).toContain(
      'export interface WImports { readonly "a:b/i": I; }',
    );
    expect(text).toContain(
      'export interface WExports { readonly "a:b/i": I; }',
    );
  });

  it("escapes `*/` and `@` in docs, so that they end no comment and begin no tag", () => {
    const wit =
      "package a:b@2.0.0; /// Ends */ here. @internal and\n/// @deprecated are no tags, nor is `@this` or a@b.\n@since(version = 1.0.0)\ninterface i { f: func(); }";
    const text = generateText(wit).get("a/b/i.ts") ?? "";
    expect(text).toContain("Ends *\\/ here. \\@internal and");
    const file = ts.createSourceFile(
      "i.ts",
      text,
      ts.ScriptTarget.ES2022,
      true,
    );
    const contract = file.statements.find(ts.isInterfaceDeclaration);
    expect(
      contract && ts.getJSDocTags(contract).map(({ tagName }) => tagName.text),
    ).toEqual(["since"]);
  });

  it("renames types that are called like the types that generated code uses", async () => {
    const wit = `package a:b; interface i {
      record array { a: list<string> } record promise { a: u8 } record %map { a: map<string, u8> }
      record %option { a: option<option<u8>> } record %result { a: result } record disposable { a: u8 }
      resource r;
      f: func(a: array, p: promise, m: %map, o: %option, d: disposable) -> result<%result, r>;
    }`;
    const text = textOf(wit, "a/b/i.ts");
    expect(text).toContain(
      "f( a: Array, p: Promise$, m: Map$, o: Option$, d: Disposable, ): Result<Result$, R>;",
    );
    expect(await errorsOf(wit)).toEqual([]);
  });

  it("distinguishes a case from a record with the joined name of variant and case", async () => {
    const wit =
      "package a:b; interface i { variant foo { bar(u8) } record foo-bar { a: u8 } f: func(a: foo-bar) -> foo; }";
    const text = textOf(wit, "a/b/i.ts");
    expect(text).toContain('export type Foo = { tag: "bar"; val: number };');
    expect(text).toContain("export interface FooBar { a: number; }");
    expect(await errorsOf(wit)).toEqual([]);
  });

  it("generates two exported interfaces with the same name from different packages", async () => {
    const wit = `package a:b; world w { export c:d/types; export e:f/types; }
      package c:d { interface types { f: func(); } } package e:f { interface types { g: func(); } }`;
    const text = textOf(wit, "a/b/w.ts");
    expect(text).toContain(
      'export interface WExports { readonly "c:d/types": Types; readonly "e:f/types": Types$; }',
    );
    expect(await errorsOf(wit)).toEqual([]);
  });

  it("renames a static function called `prototype`", async () => {
    const wit =
      "package a:b; interface i { resource r { prototype: static func() -> u8; } }";
    expect(textOf(wit, "a/b/i.ts")).toContain("prototype$(): number;");
    expect(notesOf(wit)).toEqual([
      "function `prototype` of `r` is called `prototype$` in TypeScript, because its own name is taken",
    ]);
    expect(await errorsOf(wit)).toEqual([]);
  });

  it("distinguishes an interface from a type of the same name", async () => {
    const wit =
      "package a:b; interface network { resource network { m: func(); } f: func(n: network); } interface j { use network.{network}; }";
    const text = textOf(wit, "a/b/network.ts");
    expect(text).toContain("export interface Network$ {");
    expect(text).toContain(
      "export interface Network { readonly Network: NetworkConstructor;",
    );
    expect(textOf(wit, "a/b/j.ts")).toContain("Network$ as Network");
    expect(await errorsOf(wit)).toEqual([]);
  });

  it("distinguishes names that differ only in case", async () => {
    const wit =
      "package a:b; interface i { variant v { http-error, HTTP-error(u8) } enum e { a-b, A-b, a-B } } interface I-i { f: func(); } interface i-i2 { f: func(); }";
    const text = textOf(wit, "a/b/i.ts");
    expect(text).toContain('HttpError: (): V => ({ tag: "http-error" }),');
    expect(text).toContain(
      'HttpError$: (val: number): V => ({ tag: "HTTP-error", val }),',
    );
    expect(text).toContain('AB: "a-b", AB$: "A-b", AB$2: "a-B",');
    expect(await errorsOf(wit)).toEqual([]);
  });

  it.each([
    ["char", "string"],
    ["list<option<u8>>", "(number | undefined)[]"],
    ["option<option<u8>>", "Option<number | undefined>"],
    ["list<result<u8, string>>", "Result<number, string>[]"],
    ["list<u8, 4>", "[number, number, number, number]"],
    ["list<u8, 20000>", "number[]"],
    ["map<string, list<u8>>", "Map<string, Uint8Array>"],
    ["result", "Result<void, void>"],
    ["result<_, u64>", "Result<void, bigint>"],
    ["tuple<>", "[]"],
    ["list<s64>", "BigInt64Array"],
    ["stream<u8>", "AsyncIterable<number>"],
  ])("maps %s to %s", (wit, type) => {
    const text = interfaceText(
      `record r { it: ${wit} } f: func(it: ${wit}) -> ${wit};`,
    );
    expect(text).toContain(`it: ${type};`);
    expect(text).toContain(`f(it: ${type}): ${type};`);
    expect(text).toContain(`Promise<${type}>`);
  });

  it("maps a future to a promise", () => {
    const text = interfaceText(
      "record r { it: future } f: func(it: future<u8>) -> future;",
    );
    expect(text).toContain("it: PromiseLike<void>;");
    expect(text).toContain("f(it: PromiseLike<number>): PromiseLike<void>;");
    expect(text).not.toContain("Promise<PromiseLike");
  });

  it.each([
    ["option<result<u32, string>>", "Result<number, string>"],
    ["option<list<u8>>", "Uint8Array"],
  ])("maps %s to an optional %s", (wit, type) => {
    const text = interfaceText(
      `record r { it: ${wit} } f: func(it: ${wit}) -> ${wit};`,
    );
    expect(text).toContain(`it?: ${type} | undefined;`);
    expect(text).toMatch(/f\( ?it\?: \S.*?,? ?\): /);
    expect(text).toContain(`): ${type} | undefined;`);
    expect(text).toContain(`): Promise<${type} | undefined>;`);
  });

  it("makes only trailing parameters optional", () => {
    expect(
      interfaceText(
        "f: func(a: option<u8>, b: u8, c: option<u8>, d: option<u8>);",
      ),
    ).toContain(
      "f(a: number | undefined, b: number, c?: number, d?: number): void;",
    );
  });

  it("carries the value of an enum through `use` and aliases", async () => {
    const wit = `package a:b; interface i { enum e { a, b } }
      interface j { use i.{e as f}; type g = f; }
      interface k { use j.{g}; }`;
    const use = `import { F, G } from "./a/b/j.js"; import { G as H } from "./a/b/k.js";
      const f: F = F.A; const g: G = G.B; const h: "b" = H.B; export { f, g, h };`;
    expect(await errorsOf(wit, use)).toEqual([]);
  });

  it("gives a module a valid name in the index if its package's version has a lone `-`", async () => {
    const wit =
      "package a:b@1.0.0; interface i { f: func(); } package a:b@1.0.0-x.- { interface i { f: func(); } } world w { import i; import a:b/i@1.0.0-x.-; }";
    expect(textOf(wit, "index.ts")).not.toMatch(/as \S*-/u);
    expect(await errorsOf(wit)).toEqual([]);
  });

  it("distinguishes resources in a contract whose names differ only in a `-`", async () => {
    const wit = `package a:b; interface i { resource x-1 { m: func(); } resource x1 { n: func(); } }
      world w { export i; }`;
    const use = `import type { I, X1$ } from "./a/b/i.js";
      export const second = (i: I): X1$ => i.X1$.prototype;`;
    expect(await errorsOf(wit, use)).toEqual([]);
  });
});
