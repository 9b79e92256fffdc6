import { describe, expect, test } from "vitest";
import type {
  Interface,
  InterfaceItem,
  World,
} from "../../../generator/src/syntax/ast.js";
import { parseClean, problemsOf } from "../../support/parse.js";

/** The tree without positions, for comparisons. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(
    ([key, child]) =>
      !["start", "end", "docs", "source"].includes(key) &&
      child !== undefined &&
      !(key === "attributes" && Array.isArray(child) && child.length === 0),
  );
  if ("kind" in value && value.kind === "identifier" && "name" in value) {
    return value.name;
  }
  return Object.fromEntries(kept.map(([key, child]) => [key, shape(child)]));
}

function interfaceItems(body: string): readonly InterfaceItem[] {
  const file = parseClean(`package a:b;\ninterface i {\n${body}\n}\n`);
  return (file.items[0] as Interface).items;
}

function typeOf(type: string): unknown {
  const [item] = interfaceItems(`type t = ${type};`);
  expect(item?.kind).toBe("type");
  return item?.kind === "type" ? shape(item.type) : undefined;
}

function worldItems(body: string): unknown {
  const file = parseClean(`package a:b;\nworld w {\n${body}\n}\n`);
  return shape((file.items[0] as World).items);
}

describe("packages", () => {
  test("may have a header with a version, or none", () => {
    const { header } = parseClean("package a:b@1.2.3-rc.1+build.5;");
    expect(shape(header?.name)).toEqual({
      kind: "package-name",
      namespace: "a",
      name: "b",
      version: { kind: "version", text: "1.2.3-rc.1+build.5" },
    });
    expect(parseClean("interface i {}").header).toBeUndefined();
    expect(parseClean("").items).toEqual([]);
  });

  test("may be nested in a file, even at its beginning", () => {
    const file = parseClean("package a:b { interface i {} }\npackage c:d {}");
    expect(file.header).toBeUndefined();
    expect(file.items.map(({ kind }) => kind)).toEqual([
      "nested-package",
      "nested-package",
    ]);
  });

  test.each(["1.0.0--", "1.0.0-a-b", "1.0.0+x", "1.0.0-0a", "0.0.0"])(
    "accept the version %s",
    (version) => {
      expect(
        parseClean(`package a:b@${version};`).header?.name.version?.text,
      ).toBe(version);
    },
  );

  test.each([
    [
      "1.0",
      "1:16 unexpected-token: expected `.`, found `;`; a version has three numbers, as in `1.0.0`",
    ],
    [
      "1.02.0",
      "1:13 invalid-version: `1.02.0` is not a valid version: the minor version has a leading zero",
    ],
    [
      "1.0.0-01",
      "1:13 invalid-version: `1.0.0-01` is not a valid version: a number of the pre-release version has a leading zero",
    ],
    [
      "18446744073709551616.0.0",
      "1:13 invalid-version: `18446744073709551616.0.0` is not a valid version: the major version is greater than 2⁶⁴−1",
    ],
    [
      "1.0.0 -a",
      "1:13 invalid-version: `1.0.0 -a` is not a valid version: the patch version is not a number",
    ],
    [
      "1.0.0-.1",
      "1:13 invalid-version: `1.0.0-.1` is not a valid version: a part of the pre-release version is empty",
    ],
  ])("reject the version %s", (version, problem) => {
    expect(problemsOf(`package a:b@${version};`)).toEqual([problem]);
  });

  test("do not include a period after a version in the version", () => {
    const [item] = interfaceItems("use c:d/e@1.0.0-rc.1.{t};");
    expect(shape(item)).toEqual({
      kind: "use",
      path: {
        kind: "package-path",
        package: {
          kind: "package-name",
          namespace: "c",
          name: "d",
          version: { kind: "version", text: "1.0.0-rc.1" },
        },
        name: "e",
      },
      names: [{ kind: "use-name", name: "t" }],
    });
  });
});

describe("types", () => {
  test.each([
    "bool",
    "u8",
    "u16",
    "u32",
    "u64",
    "s8",
    "s16",
    "s32",
    "s64",
    "f32",
    "f64",
    "char",
    "string",
    "error-context",
  ])("%s", (name) => {
    expect(typeOf(name)).toEqual({ kind: "primitive", name });
  });

  const u8 = { kind: "primitive", name: "u8" };
  test.each([
    ["list<u8>", { kind: "list", element: u8 }],
    ["list<u8, 0004>", { kind: "list", element: u8, length: 4 }],
    ["list<u8, 4294967295>", { kind: "list", element: u8, length: 4294967295 }],
    [
      "map<string, u8>",
      { kind: "map", key: { kind: "primitive", name: "string" }, value: u8 },
    ],
    ["option<u8>", { kind: "option", element: u8 }],
    ["result", { kind: "result" }],
    ["result<u8>", { kind: "result", ok: u8 }],
    ["result<_, u8>", { kind: "result", err: u8 }],
    ["result<u8, u8>", { kind: "result", ok: u8, err: u8 }],
    ["tuple<>", { kind: "tuple", elements: [] }],
    ["tuple<u8, u8,>", { kind: "tuple", elements: [u8, u8] }],
    ["future", { kind: "future" }],
    ["future<u8>", { kind: "future", element: u8 }],
    ["stream", { kind: "stream" }],
    ["stream<u8>", { kind: "stream", element: u8 }],
    ["own<r>", { kind: "own", resource: "r" }],
    ["borrow<%r>", { kind: "borrow", resource: "r" }],
    ["%u8", { kind: "named", name: "u8" }],
  ])("%s", (text, tree) => {
    expect(typeOf(text)).toEqual(tree);
  });

  test("may be nested 100 deep, but not deeper", () => {
    const nested = (depth: number): string =>
      `interface i { type t = ${"list<".repeat(depth)}u8${">".repeat(depth)}; }`;
    expect(problemsOf(nested(99))).toEqual([]);
    expect(problemsOf(nested(100))).toEqual([
      "1:524 nesting-too-deep: types can be nested at most 100 deep",
    ]);
    expect(problemsOf(nested(50_000))).toHaveLength(1);
  });

  test.each([
    ["list<u8", "expected `>`, found `;`"],
    ["list<u8, n>", "expected the number of elements, found `n`"],
    ["result<>", "expected a type, found `>`"],
    ["tuple<u8 u8>", "expected `,` or `>`, found the keyword `u8`"],
    ["(u8)", "expected a type, found `(`"],
    ["own<list>", "expected a name, found the keyword `list`"],
  ])("reject %s", (text, message) => {
    const problems = problemsOf(`interface i { type t = ${text}; f: func(); }`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
  });

  test("reject a list that is too long", () => {
    expect(
      problemsOf("interface i { type t = list<u8, 4294967296>; }"),
    ).toEqual([
      "1:33 invalid-length: a list of 4294967296 elements is too long: at most 4294967295 are possible",
    ]);
  });
});

describe("interfaces", () => {
  test("contain every kind of definition", () => {
    const items = interfaceItems(`
      type a = u8;
      record r { x: u8, y: a, }
      flags f { one, two }
      variant v { none, some(u8), }
      enum e { one }
      resource empty;
      resource file {
        constructor(path: string) -> result<file>;
        read: func(n: u64) -> list<u8>;
        open: static async func();
      }
      use other.{t, u as w,};
      get: async func(a: u8, b: a,) -> string;
      %type: func();`);
    expect(items.map((item) => item.kind)).toEqual([
      "type",
      "record",
      "flags",
      "variant",
      "enum",
      "resource",
      "resource",
      "use",
      "function",
      "function",
    ]);
    expect(shape(items[6])).toMatchObject({
      methods: [
        {
          kind: "constructor",
          params: [{ name: "path" }],
          result: { kind: "result" },
        },
        { kind: "method", name: "read", func: { async: false } },
        { kind: "static", name: "open", func: { async: true } },
      ],
    });
    expect(shape(items[7])).toMatchObject({
      path: { kind: "local-path", name: "other" },
      names: [{ name: "t" }, { name: "u", alias: "w" }],
    });
    expect(shape(items[9])).toMatchObject({ name: "type" });
  });

  test("accept empty records, flags and uses like the reference parser", () => {
    expect(interfaceItems("record r {} flags f {} use x.{};")).toHaveLength(3);
  });

  test("may have attributes on their items", () => {
    const [item] = interfaceItems(
      '@since(version = 1.0.0) @deprecated(version = 1.1.0) @unstable(feature = x) @external-id("a\\n\\u{e9}\\c3\\a9") type t = u8;',
    );
    expect(shape(item)).toMatchObject({
      attributes: [
        { kind: "since", version: { text: "1.0.0" } },
        { kind: "deprecated", version: { text: "1.1.0" } },
        { kind: "unstable", feature: "x" },
        { kind: "external-id", value: "a\néé" },
      ],
    });
  });
});

describe("worlds", () => {
  test("have imports and exports in every form", () => {
    expect(
      worldItems(`
        import f: func();
        export g: async func() -> u8;
        import i: interface { h: func(); }
        import local;
        import c:d/e@1.0.0;
        import label: local;
        export label: c:d/e;
        include other;
        include c:d/w with { a as b, c as d, }
        use c:d/e.{t};
        type x = u8;`),
    ).toMatchObject([
      { kind: "import", item: { kind: "extern-function", name: "f" } },
      { kind: "export", item: { kind: "extern-function", name: "g" } },
      { kind: "import", item: { kind: "extern-inline", name: "i" } },
      {
        item: {
          kind: "extern-path",
          path: { kind: "local-path", name: "local" },
        },
      },
      {
        item: {
          kind: "extern-path",
          path: { kind: "package-path", name: "e" },
        },
      },
      {
        item: {
          kind: "extern-labelled",
          name: "label",
          path: { kind: "local-path" },
        },
      },
      {
        item: {
          kind: "extern-labelled",
          name: "label",
          path: { kind: "package-path" },
        },
      },
      { kind: "include", names: [] },
      {
        kind: "include",
        names: [
          { name: "a", alias: "b" },
          { name: "c", alias: "d" },
        ],
      },
      { kind: "use" },
      { kind: "type" },
    ]);
  });

  test("may be preceded by top-level uses", () => {
    const file = parseClean("use a;\nuse b:c/d@1.0.0 as e;\nworld w {}");
    expect(file.items.map(shape)).toMatchObject([
      { kind: "top-level-use", path: { name: "a" } },
      { kind: "top-level-use", alias: "e" },
      { kind: "world" },
    ]);
  });
});

describe("keywords and names", () => {
  test("contextual keywords are names elsewhere", () => {
    for (const name of [
      "since",
      "unstable",
      "version",
      "feature",
      "self",
      "union",
      "float32",
    ]) {
      expect(interfaceItems(`${name}: func(${name}: u8);`)).toHaveLength(1);
    }
  });

  test.each(["a1", "a-1", "ABC-def", "x-2-Y2"])("%s is a name", (name) => {
    expect(interfaceItems(`${name}: func();`)).toHaveLength(1);
  });

  test.each([
    ["aB", "each word of a name is all lower or all upper case"],
    ["a_b", "`_` is not allowed; words are joined by `-`"],
    ["a--b", "between two words stands one `-`"],
    ["a-", "it may not end with `-`"],
    ["%-a", "it cannot begin with `-`"],
    ["% a", "a name is missing after the `%`"],
    ["é", "`é` (U+00E9) is not allowed; only a–z, A–Z, 0–9 and `-` are"],
    ["a\u{10400}", "`\u{10400}` (U+10400) is not allowed"],
  ])("%s is not a name", (name, reason) => {
    const problems = problemsOf(
      `interface i {\n${name}: func();\ng: func();\n}`,
    );
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^2:1 invalid-name: /u);
    expect(problems[0]).toContain(reason);
  });

  test("a keyword must be escaped with `%` to be a name", () => {
    expect(problemsOf("interface i { record list { } }")).toEqual([
      "1:22 keyword-as-name: expected a name, found the keyword `list`; write `%list` to use it as a name",
    ]);
  });
});
