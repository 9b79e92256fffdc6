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
    ["f: func(a: Array<u8>);", "the WIT type is `list<…>`"],
    ["f: func(a: Promise<u8>);", "the WIT type is `future<…>`"],
    ["f: func(a: number);", "in WIT that is `f64`"],
    ["f: func(a: boolean);", "in WIT that is `bool`"],
    ["f: func(a: i32);", "in WIT that is `s32`"],
    ["f: func(a: float32);", "in WIT that is `f32`"],
    ["f: func(a?: u8);", "an optional value is an `option<…>`"],
    ["f: func(a: u8 | u16);", "a union of types is a `variant`"],
    ["f: func(a: u8): u8;", "the result type follows `->`"],
    ["fn f(a: u8) -> u8;", "a function is written `name: func(…)`"],
    ["function f();", "a function is written `name: func(…)`"],
    ["recrod r { a: u8 }", "did you mean `record` instead of `recrod`?"],
    ["type: func();", "a function of that name is written `%type: func(…)`"],
    [
      "/// Docs. \n  @since(version = 1.0.0) record: func();",
      "a function of that name is written `%record: func(…)`",
    ],
    ["resource r { static f: func(); }", "write `name: static func(…)`"],
    ["resource r { f: static func(): u8; }", "the result type follows `->`"],
    [
      "variant v { a: u8, b }",
      "write the type of a case in parentheses, as in `a(u32)`",
    ],
    ["async f: func();", "write `name: async func(…)`"],
    ["resource r { async f: func(); }", "write `name: async func(…)`"],
    ["record r { a: u8 };", "no `;` follows a `}`"],
    ["use types;", "list the types to use, as in `use types.{a, b};`"],
    ["f: func() -> result<_>;", "without types, write just `result`"],
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
      "write the version without quotes",
    ],
    [
      "@unstable(feature = x)",
      "an attribute precedes the item that it applies to",
    ],
    [
      "resource r { constructor: func(); }",
      "a constructor is written `constructor(…)`, and a function of that name `%constructor: func(…)`",
    ],
    [
      "resource r { f: func(self: u8); }",
      "the implicit first parameter of a method has this name",
    ],
    [
      "use a:b/i.{t};",
      "refer to items of the same package by their names alone",
    ],
  ])("%s", (text, suggestion) => {
    expect(inInterface(text)).toEqual([suggestion]);
  });

  it.each([
    [
      "use a:c/d.{e};",
      "at the top level, `use` names a whole interface; types are used inside an interface or a world",
    ],
    [
      "world w { f: func(); }",
      "a world says whether it is an `import` or an `export`",
    ],
    [
      "interface i {} world v {} world w { include v with {}; }",
      "no `;` follows a `}`",
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
