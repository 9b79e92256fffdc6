import { describe, expect, it } from "vitest";
import { resolve } from "../../../generator/src/resolve/resolve.js";
import { SourceFile } from "../../../generator/src/syntax/source.js";

/** The suggestions of the diagnostics of a text, `undefined` for a diagnostic without one. */
function suggestions(text: string): (string | undefined)[] {
  return resolve(new SourceFile("a.wit", text)).diagnostics.map(
    ({ suggestion }) => suggestion,
  );
}

/** The suggestions for the given contents of an interface. */
const inInterface = (text: string) =>
  suggestions(`package a:b;\ninterface i {\n  ${text}\n}\n`);

describe("syntax of other languages and common mistakes give a suggestion", () => {
  it.each([
    ["getUser: func();", "write `get-user`"],
    ["get_user: func();", "write `get-user`"],
    ["f: func(userId: u32);", "write `user-id`"],
    ["f: func(a-: u32);", "write `a`"],
    ["f: func(HTTPServer: u32);", "write `http-server`"],
    ["f: func(a: Array<u8>);", "as a type WIT has `list<…>`"],
    ["f: func(a: Promise<u8>);", "as a type WIT has `future<…>`"],
    ["f: func(a: number);", "in WIT that is `f64`"],
    ["f: func(a: boolean);", "in WIT that is `bool`"],
    ["f: func(a: i32);", "in WIT that is `s32`"],
    ["f: func(a: float32);", "in WIT that is `f32`"],
    ["f: func(a?: u8);", "what may be missing is an `option<…>`"],
    ["f: func(a: u8 | u16);", "one of several types is a `variant`"],
    ["f: func(a: u8): u8;", "the type of a result stands behind `->`"],
    ["fn f(a: u8) -> u8;", "a function is written `name: func(…)`"],
    ["function f();", "a function is written `name: func(…)`"],
    ["recrod r { a: u8 }", "did you mean `record` instead of `recrod`?"],
    ["type: func();", "a function of that name is written `%type: func(…)`"],
    [
      "/// Docs. \n  @since(version = 1.0.0) record: func();",
      "a function of that name is written `%record: func(…)`",
    ],
    ["resource r { static f: func(); }", "write `name: static func(…)`"],
    [
      "resource r { f: static func(): u8; }",
      "the type of a result stands behind `->`",
    ],
    [
      "variant v { a: u8, b }",
      "the type of a case stands in parentheses, as in `a(u32)`",
    ],
    ["async f: func();", "write `name: async func(…)`"],
    ["resource r { async f: func(); }", "write `name: async func(…)`"],
    ["record r { a: u8 };", "what ends with `}` has no `;` behind it"],
    ["use types;", "say which types are used, as in `use types.{a, b};`"],
    ["f: func() -> result<_>;", "a result of nothing is just `result`"],
    ["f: func() -> result<>;", "leave `<>` out"],
    ["f: func() -> stream<>;", "leave `<>` out"],
    ["@since(1.0.0) f: func();", "write `version = 1.0.0`"],
    ["@unstable(x) f: func();", "write `feature = name`"],
    [
      "@since(version = 1.0) f: func();",
      "a version has three numbers, as in `1.0.0`",
    ],
    [
      '@since(version = "1.0.0") f: func();',
      "a version stands there without quotes",
    ],
    [
      "@unstable(feature = x)",
      "an attribute stands in front of what it is about",
    ],
    [
      "resource r { constructor: func(); }",
      "a constructor is written `constructor(…)`, and a function of that name `%constructor: func(…)`",
    ],
    [
      "resource r { f: func(self: u8); }",
      "the first parameter of a method is called that",
    ],
    ["use a:b/i.{t};", "what is in a package goes by its name alone there"],
  ])("%s", (text, suggestion) => {
    expect(inInterface(text)).toEqual([suggestion]);
  });

  it.each([
    [
      "use a:c/d.{e};",
      "here `use` takes an interface as a whole; types are used within an interface or a world",
    ],
    [
      "world w { f: func(); }",
      "a world says whether it is an `import` or an `export`",
    ],
    [
      "interface i {} world v {} world w { include v with {}; }",
      "what ends with `}` has no `;` behind it",
    ],
    ["package c:d@1.0 {}", "a version has three numbers, as in `1.0.0`"],
    ["package c:d@1 {}", "a version has three numbers, as in `1.0.0`"],
  ])("%s", (text, suggestion) => {
    expect(suggestions(`package a:b;\n${text}\n`)).toEqual([suggestion]);
  });

  it("gives no suggestion for unknown mistakes", () => {
    expect(inInterface("f: func(ä: u8);")).toEqual([undefined]);
    expect(inInterface("f: func() # u8;")).toEqual([undefined]);
  });
});
