import { expect, test } from "vitest";
import type { Interface, World } from "../../../generator/src/syntax/ast.js";
import { parseSound, problemsOf } from "../../support/parse.js";

test("an error in an item does not hide errors in the following items", () => {
  expect(
    problemsOf(`package a:b;
interface i {
  f: fnc();
  type t = ;
  record r { a: , b u8, c: u8 }
  g: func(x: u8) -> ;
  h: func();
}
world w {
  import 5;
  export h: func(;
}
`),
  ).toEqual([
    "3:6 unexpected-token: expected `func`, found `fnc`",
    "4:12 unexpected-token: expected a type, found `;`",
    "5:17 unexpected-token: expected a type, found `,`",
    "5:21 unexpected-token: expected `:`, found the keyword `u8`",
    "6:21 unexpected-token: expected a type, found `;`",
    "10:10 unexpected-token: expected a name, found `5`",
    "11:18 unexpected-token: expected a name, found `;`",
  ]);
});

test("the valid parts of a broken item stay in the tree", () => {
  const { file } = parseSound(`interface i {
  type t = ;
  record r { a: u8, b u8, c: u8 }
  use ns:pkg.{x, y};
  f: func(;
  g: func();
}`);
  const { items } = file.items[0] as Interface;
  expect(
    items.map((item) => ("name" in item ? item.name.name : item.kind)),
  ).toEqual(["t", "r", "use", "f", "g"]);
  const [alias, record, use] = items;
  expect(alias?.kind === "type" && alias.type.kind).toBe("missing");
  expect(
    record?.kind === "record" && record.fields.map(({ name }) => name.name),
  ).toEqual(["a", "b", "c"]);
  expect(use?.kind === "use" && use.names.map(({ name }) => name.name)).toEqual(
    ["x", "y"],
  );
});

test("missing semicolons are reported one by one", () => {
  expect(
    problemsOf(`package a:b
interface i {
  f: func()
  type t = u8
  use x.{y}
  g: func();
}`),
  ).toEqual([
    "2:1 unexpected-token: expected `;` or `{`, found the keyword `interface`",
    "4:3 unexpected-token: expected `;`, found the keyword `type`",
    "5:3 unexpected-token: expected `;`, found the keyword `use`",
    "6:3 unexpected-token: expected `;`, found `g`",
  ]);
});

test("a list is parsed to its end despite a wrong delimiter", () => {
  const { file, diagnostics } = parseSound(
    "interface i {\n  record r {\n    a: u8;\n    b: u8\n    c: u8,\n  }\n  f: func();\n}",
  );
  expect(diagnostics.map(({ message }) => message)).toEqual([
    "expected `,` or `}`, found `;`",
    "expected `,` or `}`, found `c`",
  ]);
  const [record] = (file.items[0] as Interface).items;
  expect(record?.kind === "record" && record.fields).toHaveLength(3);
});

test("a block without `}` ends where the next top-level item begins", () => {
  const { file, diagnostics } = parseSound(
    "interface i {\n  f: func();\n\ninterface j {\n  g: func();\n}\nworld w {}\n",
  );
  expect(diagnostics.map(({ message }) => message)).toEqual([
    "expected a type, a function, `use` or `}`, found the keyword `interface`",
  ]);
  expect(file.items.map(({ kind }) => kind)).toEqual([
    "interface",
    "interface",
    "world",
  ]);
});

test("a top-level item inside an interface is skipped as a whole", () => {
  expect(
    problemsOf(
      "interface i {\n  interface j {\n    g: func();\n  }\n  f: fnc();\n}\n",
    ),
  ).toEqual([
    "2:3 unexpected-token: expected a type, a function, `use` or `}`, found the keyword `interface`",
    "5:6 unexpected-token: expected `func`, found `fnc`",
  ]);
});

test("a block without `{` is parsed nevertheless", () => {
  const { file, diagnostics } = parseSound(
    "world w\n  import f: func();\n}\nworld v {}\n",
  );
  expect(diagnostics.map(({ message }) => message)).toEqual([
    "expected `{`, found the keyword `import`",
  ]);
  expect((file.items[0] as World).items).toHaveLength(1);
  expect(file.items).toHaveLength(2);
});

test("the error for an unclosed block refers to the beginning of the block", () => {
  const { diagnostics, file } = parseSound("interface i {\n  f: func();\n");
  expect(diagnostics).toHaveLength(1);
  expect(diagnostics[0]?.message).toBe(
    "expected `}`, found the end of the file",
  );
  expect(diagnostics[0]?.related).toEqual([
    {
      source: file.source,
      start: 12,
      end: 13,
      message: "the block begins here",
    },
  ]);
});

test("a block that is closed too early gives one error", () => {
  expect(
    problemsOf(
      "world w {\n  import f: func();\n}\n  import g: func();\n  export h: func();\n}\ninterface i { f: fnc(); }\n",
    ),
  ).toEqual([
    "4:3 unexpected-token: expected `interface`, `world`, `use` or `package`, found the keyword `import`",
    "7:18 unexpected-token: expected `func`, found `fnc`",
  ]);
});

test.each([
  [
    "interfce i { f: func(); }\nworld w { import 1; }",
    "did you mean `interface`?",
    2,
  ],
  [
    "interface i { recrd r { a: u8 } f: func(); }",
    "did you mean `record` instead of `recrd`?",
    1,
  ],
  [
    "interface i { @sice(version = 1.0.0) f: func(); }",
    "did you mean `@since`?",
    1,
  ],
  [
    "world w { import a:b@1.0.0/c; import 1; }",
    "write the version at the end, as in `a:b/name@1.0.0`",
    2,
  ],
  [
    "interface i { f: func() -> (a: u8); }",
    "several results are written as a tuple, as in `-> tuple<u32, string>`",
    1,
  ],
])("%s gives a suggestion", (text, advice, count) => {
  const problems = problemsOf(text);
  expect(problems).toHaveLength(count);
  expect(problems[0]).toContain(`; ${advice}`);
});

test.each([
  [
    "@since(version = 1.0.0) use a as b;",
    "1:25 misplaced-attribute: attributes are not allowed before a `use` at the top of a file",
  ],
  [
    "@since(version = 1.0.0) package a:b;",
    "1:25 misplaced-attribute: attributes are not allowed before a package",
  ],
  [
    "interface i { record r { @since(version = 1.0.0) a: u8 } }",
    "1:26 misplaced-attribute: attributes are not allowed before a field",
  ],
  [
    "interface i { enum e { @since(version = 1.0.0) a } }",
    "1:24 misplaced-attribute: attributes are not allowed before a case",
  ],
  [
    "interface i {}\npackage a:b;",
    "2:12 misplaced-package-header: the header `package a:b;` must be the first thing in its file; move it there, or write what belongs to this package between `{` and `}`",
  ],
  [
    "package a:b;\npackage c:d { package e:f { package g:h {} } }",
    "2:23 misplaced-package: a nested package cannot contain a package",
  ],
  [
    "interface i { @foo(bar = 1) f: func(); }",
    "1:16 unknown-attribute: unknown attribute `@foo`; the attributes are `@since`, `@unstable`, `@deprecated` and `@external-id`",
  ],
  [
    "interface i { @since(version = 1.0) f: func(); }",
    "1:35 unexpected-token: expected `.`, found `)`; a version has three numbers, as in `1.0.0`",
  ],
  [
    "interface i { @since f: func(); }",
    "1:22 unexpected-token: expected `(`, found `f`",
  ],
  [
    "interface i { f: func(@since(version = 1.0.0) a: u8); }",
    "1:23 misplaced-attribute: attributes are not allowed before a parameter",
  ],
])("%s gives one error", (text, problem) => {
  expect(problemsOf(text)).toEqual([problem]);
});
