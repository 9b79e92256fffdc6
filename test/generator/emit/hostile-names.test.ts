import { describe, expect, it } from "vitest";
import { compile } from "../../support/emit/compile.js";
import { LayoutCheck } from "../../support/emit/layout.js";
import { generateText, notesOf } from "../../support/emit/model.js";
import { Pool } from "../../support/emit/pool.js";

/** WIT with names that collide with generated or built-in ones. The keys describe the collision. */
const cases: Readonly<Record<string, string>> = {
  "interfaces called like the types that a guest's file uses": `package a:b;
    interface readonly { f: func(); }
    interface %record { f: func(); }
    world first { resource one { constructor(); } }
    world second {
      import readonly;
      import %record;
      resource two { constructor(); }
      resource set-language-server-installation-status-of-all { constructor(); }
    }`,
  "functions of a world called like what every object has": `package a:b;
    world w {
      import to-string: func() -> string;
      import value-of: func(a: u8) -> u8;
      export has-own-property: func();
      export is-prototype-of: func(a: u8, b: u8) -> result<u8, string>;
    }`,
  "an interface called like what every object has": `package a:b;
    world w {
      import %constructor: interface { f: func(); }
      import to-string: interface { f: func(); }
      export %constructor: interface { f: func(); }
      export run: func();
    }`,
  "a static function called `constructor`": `package a:b;
    interface i {
      resource r { %constructor: static func(a: u8) -> u8; constructor(); }
    }
    world w { import i; }`,
};

describe("names that collide", () => {
  const layout = new LayoutCheck();

  it(
    "give code that compiles in every mode",
    { timeout: 120_000 },
    async () => {
      const pool = new Pool();
      for (const [name, wit] of Object.entries(cases)) {
        for (const mode of ["both", "sync", "async"] as const) {
          const generated = generateText(wit, { mode, target: "guest" });
          const files = [...generated].map(([path, text]) => ({ path, text }));
          pool.add(`${name}, ${mode}`, files);
          for (const { path, text } of files)
            layout.add(`${name}, ${mode}: ${path}`, text);
        }
      }
      const errors = await compile(pool.files);
      expect(errors.map((line) => pool.explain(line))).toEqual([]);
    },
  );

  it("give code that Prettier leaves unchanged", async () => {
    expect(layout.size).toBeGreaterThan(20);
    expect(await layout.mistakes()).toEqual([]);
  });

  it("are reported for an interface called like a property of `Object.prototype`", () => {
    const wit = cases["an interface called like what every object has"] ?? "";
    const text = generateText(wit).get("a/b/w.ts") ?? "";
    expect(text).toContain("readonly constructor$: Constructor;");
    expect(text).toContain("constructor$: Constructor,");
    expect(notesOf(wit)).toContain(
      "interface `constructor` of a world is called `constructor$` in TypeScript, because its own name is taken",
    );
  });
});

it("writes the same ambient module of a guest in the modes `async` and `sync`", () => {
  const wit = `package a:b;
    interface types { record r { a: u8 } }
    interface i { use types.{r}; f: func() -> r; }
    world w { import i; }`;
  const textOf = (mode: "sync" | "async"): string =>
    generateText(wit, { mode, target: "guest" }).get("a/b/i.ambient.d.ts") ??
    "";
  const body = (text: string): string => text.slice(text.indexOf("\ndeclare"));
  expect(body(textOf("async"))).toBe(body(textOf("sync")));
});

it("keeps both the label `interface-0` and the interface that it imports", () => {
  const text =
    generateText(`package a:b;
      interface first { f: func(); }
      world w { import interface-0: first; import first; }`).get("a/b/w.ts") ??
    "";
  expect(text).toMatch(
    /Imports \{\s+readonly "interface-0": First;\s+readonly "a:b\/first": First;\s+\}/,
  );
});

it("keeps every interface of a world that has an item called `interface-0`", () => {
  const text =
    generateText(`package a:b;
      interface first { f: func(); }
      world w {
        import first;
        export first;
        enum interface-0 { one }
        export interface-0: interface { g: func(); }
      }`).get("a/b/w.ts") ?? "";
  expect(text).toMatch(/Imports \{\s+readonly "a:b\/first": First;\s+\}/);
  expect(text).toMatch(
    /Exports \{\s+readonly "a:b\/first": First;\s+readonly "interface-0": Interface0\$;\s+\}/,
  );
});
