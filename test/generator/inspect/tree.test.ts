import { expect, test } from "vitest";
import { renderTree } from "../../../generator/src/inspect/tree.js";
import { resolve } from "../../../generator/src/resolve/resolve.js";
import { SourceFile } from "../../../generator/src/syntax/source.js";

const text = `package example:tree@1.0.0;

interface store {
  @since(version = 1.0.0)
  resource database {
    constructor(path: string);
    open: static func(path: string) -> result<database, string>;
    query: async func(text: borrow<database>) -> list<row>;
  }
  record row { cells: list<option<u8>>, owner: database }
  @deprecated(version = 1.0.0)
  @unstable(feature = new)
  count: func();
}
world app {
  use store.{row as line};
  import log: interface { write: func(text: string); }
  export label: store;
  export run: func() -> tuple<line, map<string, u8>>;
}
`;

test("a tree shows types as WIT writes them, with their gates", () => {
  const { model } = resolve(new SourceFile("tree.wit", text), {
    features: ["new"],
  });
  if (model === undefined) throw new Error("there is no model");
  expect(renderTree(model)).toBe(`package example:tree@1.0.0
├─ interface store
│  ├─ resource database  @since 1.0.0
│  │  ├─ constructor(path: string)
│  │  ├─ open: static func(path: string) -> result<database, string>
│  │  └─ query: async func(text: borrow<database>) -> list<row>
│  ├─ record row { cells: list<option<u8>>, owner: database }
│  └─ count: func()  @unstable new, @deprecated 1.0.0
└─ world app
   ├─ import log: interface
   │  └─ write: func(text: string)
   ├─ import example:tree/store@1.0.0
   ├─ use example:tree/store@1.0.0.{row as line}
   ├─ export run: func() -> tuple<line, map<string, u8>>
   └─ export label: example:tree/store@1.0.0
`);
});
