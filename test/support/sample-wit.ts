/** Small packages that together use the whole language, each with a world `w`, for tests that mutate them. */
export const sampleWit: readonly string[] = [
  `package a:b@1.0.0;

/// Types.
interface types {
  type id = u64;
  record point { x: f32, y: f32, label: option<string>, }
  flags mode { read, write, append }
  enum colour { red, green, blue }
  variant shape { dot, circle(f32), polygon(list<point>), other(tuple<u8, s16>) }
  resource canvas {
    constructor(size: tuple<u32, u32>);
    draw: func(s: shape) -> result<_, colour>;
    clear: func();
    merge: static func(a: borrow<canvas>, b: canvas) -> canvas;
  }
}

interface api {
  use types.{id, point as pt, canvas, shape};
  get: func(id: id) -> option<pt>;
  paint: func(c: borrow<canvas>, shapes: list<shape>) -> result<u32, string>;
  many: func() -> tuple<bool, char, s8, s64, f64>;
}

world w {
  import api;
  export run: func(args: list<string>) -> result;
}
`,
  `package test:gates@2.1.0-rc.1;

@since(version = 1.0.0)
interface stable {
  @since(version = 1.1.0) @deprecated(version = 2.0.0)
  old: func();
  @unstable(feature = fresh)
  fresh: func(a: list<u8>) -> list<list<u8>>;
  // A comment.
  %record: func(%type: string);
}

world base {
  import log: func(message: string);
  import in-line: interface {
    type level = u8;
    set: func(l: level);
  }
  export stable;
}

world w {
  include base with { log as write-log }
  use stable2.{t};
  import helper: func(x: t) -> t;
}

interface stable2 { type t = u32; record r { a: t } }
`,
  `package x:main;

package dep:one@0.1.0 {
  interface i { resource r; type t = string; f: func(r: borrow<r>) -> own<r>; }
  world p { import i; }
}

use dep:one/i@0.1.0 as one;

interface user {
  use one.{r, t};
  use dep:one/i@0.1.0.{t as u};
  /* block /* nested */ comment */
  g: func(a: t, b: u, c: option<borrow<r>>) -> result<list<t>, option<u>>;
}

world w {
  import dep:one/i@0.1.0;
  import user;
  export user;
  include dep:one/p@0.1.0;
}
`,
  `package p3:streams;

interface streams {
  read: async func() -> stream<u8>;
  later: func(f: future<string>, g: future) -> future<result<u8, error-context>>;
  resource conn { send: async func(s: stream<u8>) -> result<_, string>; open: static async func() -> conn; }
  lookup: func(m: map<string, list<u32>>) -> list<u8, 4>;
}

world w {
  import streams;
  export start: async func();
}
`,
];
