import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  generate,
  type GenerateOptions,
} from "../../../generator/src/generate.js";
import { fixtureText, resolveText } from "../../support/emit/model.js";

/** For each note, the name in TypeScript and the WIT text that its range covers. */
function notesOf(wit: string, options: GenerateOptions = {}): string[][] {
  const { model, origins } = resolveText(wit);
  return generate(model, options, origins).diagnostics.map(
    ({ message, range, code }) => {
      expect(code).toBe("name-changed");
      const [, name = ""] = / is called `([^`]+)` /.exec(message) ?? [];
      return [name, range?.source.text.slice(range.start, range.end) ?? ""];
    },
  );
}

it("points the notes about changed names at the names in WIT", () => {
  const wit = `package a:b;
    interface i {
      /// delete: new: constructor: not these
      record r { a-b: u8, a-B: u8 }
      enum e { c-d, C-d }
      resource thing {
        %constructor: func(new: u8, delete: u8);
        prototype: static func();
      }
      type i = u8;
      %constructor: func(if: u8);
    }
    world w {
      import %constructor: func(class: u8);
      import inner: interface { f: func(while: u8); }
    }`;
  expect(notesOf(wit)).toEqual([
    ["aB$", "a-B"],
    ["CD$", "C-d"],
    ["constructor$", "%constructor"],
    ["new$", "new"],
    ["delete$", "delete"],
    ["prototype$", "prototype"],
    ["I$", "i"],
    ["constructor$", "%constructor"],
    ["if$", "if"],
    ["constructor$", "%constructor"],
    ["class$", "class"],
    ["while$", "while"],
  ]);
});

it("points at every one of many names in an interface", () => {
  // A search of the whole interface for each of them would take minutes.
  const count = 12_000;
  const functions = Array.from(
    { length: count },
    (_, index) => `g${index}: func(new: u8);`,
  );
  const notes = notesOf(`package a:b; interface i { ${functions.join("")} }`);
  expect(notes).toEqual(Array(count).fill(["new$", "new"]));
});

it("gives notes without a range if the model has no origins", () => {
  const { model } = resolveText(
    "package a:b; interface i { f: func(new: u8); }",
  );
  expect(generate(model).diagnostics.map(({ range }) => range)).toEqual([
    undefined,
  ]);
});

it("notes every changed name: of contracts, worlds, files, the index and the imports of guests", () => {
  const wit = `package a:b;
    interface x {
      type async-x = u8;
      resource r { constructor() -> result<r>; create: static func(); }
    }
    interface class {}
    interface con {}
    world options {
      type options-imports = u8;
      import x;
      import options: func();
      export x;
    }`;
  expect(notesOf(wit)).toEqual([
    ["AsyncX$", "async-x"],
    ["create$", "r"],
    ["class$", "class"],
    ["a/b/con$.ts", "con"],
    ["OptionsImports$", "options-imports"],
  ]);
  expect(notesOf(wit, { target: "guest" })).toEqual([
    ["AsyncX$", "async-x"],
    ["create$", "r"],
    ["class$", "class"],
    ["a/b/con$.ts", "con"],
    ["OptionsImports$", "options-imports"],
    ["options$", "options"],
  ]);
});

it("notes the changed name of a class in a world, once", () => {
  const wit =
    "package a:b; world w { import FILE: interface { f: func(); } resource f-i-l-e; }";
  for (const target of ["host", "guest"] as const)
    expect(notesOf(wit, { target })).toEqual([["FILE$", "f-i-l-e"]]);
});

it("notes the changed name of each form of a type", () => {
  expect(
    notesOf("package a:b; interface thing { resource thing { m: func(); } }"),
  ).toEqual([
    ["Thing$", "thing"],
    ["AsyncThing$", "thing"],
  ]);
});

describe("the notes of every fixture", () => {
  const fixtures = readdirSync(join(import.meta.dirname, "../../fixtures/emit"))
    .filter((file) => file.endsWith(".wit"))
    .map((file) => file.slice(0, -".wit".length));

  it.each(fixtures)("point into its source: %s", (name) => {
    const { model, origins } = resolveText(fixtureText(name));
    for (const mode of ["sync", "async", "both"] as const)
      for (const target of ["host", "guest"] as const)
        for (const note of generate(model, { mode, target }, origins)
          .diagnostics)
          expect(note.range?.source.path, note.message).toBe("test.wit");
  });
});
