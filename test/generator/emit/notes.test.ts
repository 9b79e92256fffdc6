import { expect, it } from "vitest";
import { generate } from "../../../generator/src/generate.js";
import { resolveText } from "../../support/emit/model.js";

/** Each note: the name in TypeScript, and the text in WIT that it points at. */
function notesOf(wit: string): string[][] {
  const { model, origins } = resolveText(wit);
  return generate(model, {}, origins).diagnostics.map(
    ({ message, range, code }) => {
      expect(code).toBe("name-changed");
      const [, name = ""] = / is called `([^`]+)` /.exec(message) ?? [];
      return [name, range?.source.text.slice(range.start, range.end) ?? ""];
    },
  );
}

it("of changed names point at the names", () => {
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

it("have no place where the source is not known", () => {
  const { model } = resolveText(
    "package a:b; interface i { f: func(new: u8); }",
  );
  expect(generate(model).diagnostics.map(({ range }) => range)).toEqual([
    undefined,
  ]);
});
