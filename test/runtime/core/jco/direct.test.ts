import {
  ok,
  reclaim,
  type InterfaceDescriptor,
  type Result,
} from "@wit2ts/runtime";
import { toJcoImports } from "@wit2ts/runtime/jco";
import { describe, expect, it } from "vitest";
import { valueAbi } from "../../../../runtime/core/src/jco/abi/compile-abi.js";
import { GuestMemory } from "../../../../runtime/core/src/jco/abi/guest-memory.js";
import {
  hasJspi,
  loadComponent,
  type ComponentSource,
} from "../../../support/component/build.js";

/** Functions bound directly to the core of a component. `round-trip.test.ts` tests them with valid values. */

interface Target {
  text(v: string): string;
  bytes(v: Uint8Array): Uint8Array;
  words(v: Uint32Array): number;
  character(v: string): string;
  colour(v: string): string;
  fallible(v: number): Result<number, string>;
}
const Target: InterfaceDescriptor<{ sync: Target }> = {
  kind: "interface",
  name: "test:direct/target",
  types: {
    colours: { kind: "enum", cases: ["red", "green"] },
    thing: { kind: "resource", key: "Thing", methods: {}, statics: {} },
  },
  functions: {
    text: echo("text", "string"),
    bytes: echo("bytes", "list<u8>"),
    words: {
      name: "words",
      parameters: [{ name: "v", type: "list<u32>" }],
      result: "u32",
    },
    character: echo("character", "char"),
    colour: echo("colour", "colours"),
    fallible: {
      name: "fallible",
      parameters: [{ name: "v", type: "u32" }],
      result: "result<u32, string>",
    },
  },
};

function echo<T>(name: string, type: T) {
  return { name, parameters: [{ name: "v", type }], result: type };
}

/** Every export passes its arguments to an import as core values, valid or not. */
const source: ComponentSource = {
  wit: `package test:direct;
    interface target {
      enum colours { red, green }
      text: func(v: string) -> string;
      bytes: func(v: list<u8>) -> list<u8>;
      words: func(v: list<u32>) -> u32;
      character: func(v: char) -> char;
      colour: func(v: colours) -> colours;
      fallible: func(v: u32) -> result<u32, string>;
    }
    world w {
      import target;
      export place: func(at: u32) -> u32;
      export text: func(at: u32, length: u32) -> u32;
      export bytes: func(at: u32, length: u32) -> u32;
      export words: func(at: u32, length: u32) -> u32;
      export character: func(code: u32) -> u32;
      export colour: func(index: u32) -> u32;
      export result-at: func(at: u32) -> u32;
      export read: func(at: u32) -> u32;
    }`,
  world: "w",
  wat: `(module
    (import "test:direct/target" "text" (func $text (param i32 i32 i32)))
    (import "test:direct/target" "bytes" (func $bytes (param i32 i32 i32)))
    (import "test:direct/target" "words" (func $words (param i32 i32) (result i32)))
    (import "test:direct/target" "character" (func $character (param i32) (result i32)))
    (import "test:direct/target" "colour" (func $colour (param i32) (result i32)))
    (import "test:direct/target" "fallible" (func $fallible (param i32 i32)))
    (memory (export "memory") 1)
    (data (i32.const 16) "a\\ff\\fe")
    (data (i32.const 24) "\\ef\\bb\\bfmark")
    (data (i32.const 32) "\\01\\00\\00\\00\\02\\00\\00\\00")
    (global $place (mut i32) (i32.const 4096))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (global.get $place))
    (func (export "place") (param i32) (result i32) (global.set $place (local.get 0)) (i32.const 0))
    (func (export "text") (param i32 i32) (result i32)
      (call $text (local.get 0) (local.get 1) (i32.const 8)) (i32.load (i32.const 12)))
    (func (export "bytes") (param i32 i32) (result i32)
      (call $bytes (local.get 0) (local.get 1) (i32.const 8)) (i32.load (i32.const 12)))
    (func (export "words") (param i32 i32) (result i32) (call $words (local.get 0) (local.get 1)))
    (func (export "character") (param i32) (result i32) (call $character (local.get 0)))
    (func (export "colour") (param i32) (result i32) (call $colour (local.get 0)))
    (func (export "result-at") (param i32) (result i32)
      (call $fallible (i32.const 1) (local.get 0)) (i32.load (i32.const 12)))
    (func (export "read") (param i32) (result i32) (i32.load8_u (local.get 0))))`,
};

type Guest = Record<
  | "place"
  | "text"
  | "bytes"
  | "words"
  | "character"
  | "colour"
  | "resultAt"
  | "read",
  (...args: number[]) => number
>;

const forwarding: Target = {
  text: (v) => v,
  bytes: (v) => v,
  words: (v) => v.reduce((sum, one) => sum + one, 0),
  character: (v) => v,
  colour: (v) => v,
  fallible: (v) => ok(v),
};

async function guest(
  implementation: Partial<Target> & {
    readonly [reclaim]?: (returned: unknown) => void;
  } = {},
  borrow = false,
): Promise<Guest> {
  const instantiate = await loadComponent(source, {
    mode: "sync",
    jco: { importBindings: "hybrid" },
  });
  return (await instantiate(undefined, {
    "test:direct/target": toJcoImports(
      Target,
      { ...forwarding, ...implementation },
      { async: false, borrow },
    ),
  })) as Guest;
}

describe("a component that is bound directly", () => {
  it("exchanges valid values", async () => {
    const { text, bytes, words, character, colour } = await guest();
    expect(text(16, 1)).toBe(1);
    expect(bytes(16, 3)).toBe(3);
    expect(words(32, 2)).toBe(3);
    expect(character(0x1f600)).toBe(0x1f600);
    expect(colour(1)).toBe(1);
  });

  it("keeps a byte order mark", async () => {
    let seen = "";
    const { text } = await guest({ text: (v) => (seen = v) });
    expect(text(24, 7)).toBe(7);
    expect(seen).toBe("\ufeffmark");
  });

  it.each<[string, (guest: Guest) => unknown, string]>([
    ["text beyond its memory", ({ text }) => text(65_535, 2), "out of bounds"],
    [
      "a list that ends beyond all memory",
      ({ bytes }) => bytes(-1, -1),
      "4294967295 bytes at 4294967295 are out of bounds",
    ],
    [
      "a list of more bytes than there can be",
      ({ words }) => words(0, -1),
      "out of bounds",
    ],
    [
      "a list that is not aligned",
      ({ words }) => words(33, 1),
      "pointer 33 is not aligned to 4",
    ],
    ["text that is not UTF-8", ({ text }) => text(16, 3), "not well-formed"],
    ["a surrogate", ({ character }) => character(0xd800), "is no character"],
    ["too large a character", ({ character }) => character(-1), "no character"],
    ["a case that there is not", ({ colour }) => colour(2), "no such case"],
    [
      "a place for the result beyond its memory",
      ({ resultAt }) => resultAt(65_533),
      "not aligned",
    ],
    [
      "an aligned place for it beyond its memory",
      ({ resultAt }) => resultAt(65_532),
      "out of bounds",
    ],
    [
      "no room for what it asks for",
      ({ place, text }) => [place(65_535), text(24, 7)],
      "7 bytes at 65535 are out of bounds",
    ],
  ])("traps if it passes %s", async (_, act, message) => {
    const it = await guest();
    const { RuntimeError } = Reflect.get(globalThis, "WebAssembly") as {
      RuntimeError: ErrorConstructor;
    };
    let thrown: unknown;
    try {
      act(it);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(RuntimeError);
    expect((thrown as Error).message).toContain(message);
    expect(() => it.read(16)).toThrow("cannot enter component instance");
  });

  it.each([false, true])(
    "lends its memory if `borrow` is set: %s",
    async (borrow) => {
      let seen: Uint8Array = new Uint8Array();
      const { bytes, read } = await guest({ bytes: (v) => (seen = v) }, borrow);
      bytes(16, 3);
      seen[0] = 7;
      expect(read(16)).toBe(borrow ? 7 : 97);
    },
  );

  it.each([
    ["tuple<list<u16>, list<u16>>", (v: Uint16Array) => [v, v.subarray(1)]],
    ["list<list<u16>>", (v: Uint16Array) => [v.subarray(0, 1), v]],
    ["result<tuple<string, list<u16>>>", (v: Uint16Array) => ok(["text", v])],
  ])(
    "accepts views of its memory in a result of several parts, although the memory grows for each: %s",
    (result, split) => {
      const { memory, call } = binding(result, (v) => split(v as Uint16Array));
      new Uint16Array(memory.buffer).set([1, 2, 3], 50);
      call(100, 3, 16);
      const expected = split(new Uint16Array([1, 2, 3]));
      expect(
        valueAbi(Target, result)?.load(new GuestMemory({ memory }, false), 16),
      ).toStrictEqual(expected);
    },
  );

  it("calls `reclaim` with a result that it has copied, and only then", async () => {
    const given = [new Uint8Array([7, 8, 9]), "no bytes"];
    const reclaimed: unknown[] = [];
    const { bytes, read } = await guest({
      bytes: () => given[reclaimed.length] as Uint8Array,
      [reclaim](returned) {
        reclaimed.push(returned);
        (returned as Uint8Array).fill(0);
      },
    });
    expect(bytes(16, 1)).toBe(3);
    expect([read(4096), read(4097), read(4098)]).toEqual([7, 8, 9]);
    expect(reclaimed).toEqual([given[0]]);
    expect(() => bytes(16, 1)).toThrow("expected a Uint8Array");
    expect(reclaimed).toHaveLength(1);
  });

  it.runIf(hasJspi)("calls `reclaim` after a suspended call, too", async () => {
    const instantiate = await loadComponent(source, {
      mode: "jspi",
      asyncImports: ["test:direct/target#bytes"],
      asyncExports: ["bytes"],
      jco: { importBindings: "hybrid" },
    });
    const reclaimed: unknown[] = [];
    const it = (await instantiate(undefined, {
      "test:direct/target": toJcoImports(
        Target as InterfaceDescriptor<object>,
        {
          ...forwarding,
          bytes: () => Promise.resolve(new Uint8Array([7])),
          [reclaim]: (returned: unknown) => reclaimed.push(returned),
        },
        { async: true },
      ),
    })) as Record<string, (...args: number[]) => Promise<number>>;
    expect(await it["bytes"]?.(16, 3)).toBe(1);
    expect(reclaimed).toEqual([new Uint8Array([7])]);
  });

  it("gets an error that describes an invalid result", async () => {
    const wrong: Partial<Record<keyof Target, () => unknown>> = {
      bytes: () => "text",
      character: () => "",
      colour: () => "blue",
      fallible: () => 5,
    };
    const it = await guest(wrong as Partial<Target>);
    expect(() => it.bytes(0, 0)).toThrow(
      'the return value of the implementation of `test:direct/target#bytes` cannot be passed on: expected a Uint8Array, got "text"',
    );
    expect(() => it.character(0x61)).toThrow('expected a character, got ""');
    expect(() => it.colour(0)).toThrow('"blue" is not one of "red", "green"');
    expect(() => it.resultAt(8)).toThrow(
      "the implementation of `test:direct/target#fallible` returned 5, where a Result was expected",
    );
    expect(it.read(16)).toBe(97);
  });
});

describe("what can be bound directly", () => {
  const bindable = (imports: object): string[] =>
    Object.entries(imports)
      .filter(([, one]) => Symbol.for("cabiLower") in (one as object))
      .map(([name]) => name);

  const Mixed: InterfaceDescriptor<object> = {
    ...Target,
    functions: {
      plain: { name: "plain", parameters: [], result: "u8" },
      later: { name: "later", parameters: [], result: "u8", async: true },
      stream: { name: "stream", parameters: [], result: "stream" },
      failing: {
        name: "failing",
        parameters: [],
        result: "list<error-context>",
      },
      thing: {
        name: "thing",
        parameters: [
          {
            name: "v",
            type: "option<own<thing>>",
          },
        ],
      },
    },
  };
  const implementation = Object.fromEntries(
    Object.keys(Mixed.functions).map((key) => [key, () => 1]),
  );

  it("is a function of plain data, if it is known how the component waits", () => {
    for (const async of [false, ...(hasJspi ? [true] : [])]) {
      expect(bindable(toJcoImports(Mixed, implementation, { async }))).toEqual([
        "plain",
      ]);
    }
  });

  it("is nothing, if it is not known how the component waits", () => {
    expect(bindable(toJcoImports(Mixed, implementation))).toEqual([]);
  });
});

it("a list is written to the memory that was allocated for it, even if a getter adds elements", () => {
  const list: unknown[] = [];
  list.push([
    {
      valueOf: () => {
        list.push([7]);
        return 5;
      },
    },
  ]);
  const { memory, call } = binding("list<tuple<u16>>", () => list);
  call(100, 0, 16);
  const view = new DataView(memory.buffer);
  const at = view.getUint32(16, true);
  expect(view.getUint32(20, true)).toBe(1);
  expect(view.getUint16(at, true)).toBe(5);
  expect(view.getUint16(at + 2, true)).toBe(0);
});

/** Binds a function that takes a list in borrowed memory, which grows with each allocation, and returns `result`. */
function binding(result: string, implementation: (v: unknown) => unknown) {
  const descriptor: InterfaceDescriptor = {
    kind: "interface",
    name: "test:direct/lent",
    types: {},
    functions: {
      split: {
        name: "split",
        parameters: [{ name: "v", type: "list<u16>" }],
        result,
      },
    },
  };
  const imports = toJcoImports(
    descriptor,
    { split: implementation },
    { async: false, borrow: true },
  );
  const { Memory } = Reflect.get(globalThis, "WebAssembly") as {
    Memory: new (limits: { initial: number }) => {
      readonly buffer: ArrayBuffer;
      grow(pages: number): number;
    };
  };
  const memory = new Memory({ initial: 1 });
  const realloc = () => memory.grow(1) * 65_536;
  const bind = Reflect.get(
    imports["split"] as object,
    Symbol.for("cabiLower"),
  ) as (options: object) => (...flat: number[]) => void;
  return { memory, call: bind({ memory, realloc }) };
}
