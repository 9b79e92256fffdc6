import { expect, it } from "vitest";
import { LayoutCheck } from "../../support/emit/layout.js";
import { generateText } from "../../support/emit/model.js";

/** WIT with every kind of named item, whose names are extended by `length` characters. */
function withNamesOf(length: number): string {
  const long = "x".repeat(length);
  return `package a:b;
interface i {
  variant v${long} { a, abcd, abcde, b${long}, c(u8), d(option<string>), e(e${long}) }
  enum e${long} { a, abcd, abcde, b${long} }
  flags f${long} { a, abcd, abcde, b${long} }
  record c${long} { a: option<v${long}>, b${long}: result<v${long}>, c: list<v${long}, 2>, d: tuple<option<v${long}>>, e: list<option<v${long}>> }
  resource r${long} {
    constructor() -> result<r${long}, e${long}>;
    m: func(a: r${long}) -> v${long};
    s${long}: static func(b${long}: u8);
  }
  type t${long} = list<v${long}>;
  type u${long} = v${long};
  f: func(a: r${long}, b: borrow<r${long}>) -> tuple<v${long}>;
  g${long}: func(p${long}: u8) -> result<v${long}, e${long}>;
  h: func() -> map<string, option<option<v${long}>>>;
}
interface i${long} {
  use i.{v${long}, r${long} as s};
  resource r {}
  f: func(a: s) -> v${long};
}
world w${long} {
  import i;
  import i${long};
  export i${long};
  resource o${long} { constructor(); }
  import n: interface { f: func(); }
  import l${long}: func(a: o${long});
  export k${long}: func();
}
world another { import i${long}; resource q${long} { constructor(); } }`;
}

it("lays out names of any length as Prettier does", async () => {
  const layout = new LayoutCheck();
  for (let length = 1; length < 100; length += 7)
    for (const mode of ["both", "async"] as const)
      for (const [path, text] of generateText(withNamesOf(length), {
        mode,
        target: "guest",
      }))
        layout.add(`${length} more, ${mode}: ${path}`, text);
  expect(layout.size).toBeGreaterThan(1000);
  expect(await layout.mistakes()).toEqual([]);
});
