import { describe, expect, it } from "vitest";
import { valueAbi } from "../../../../../runtime/core/src/jco/abi/compile-abi.js";
import { GuestMemory } from "../../../../../runtime/core/src/jco/abi/guest-memory.js";

describe("the canonical ABI", () => {
  const scope = { name: "test", types: {} };

  function memory(stringEncoding?: string): GuestMemory {
    let next = 1024;
    return new GuestMemory(
      {
        memory: { buffer: new ArrayBuffer(65_536) },
        realloc: (_, __, align, size) => {
          const at = Math.ceil(next / align) * align;
          next = at + size;
          return at;
        },
        ...(stringEncoding !== undefined && { stringEncoding }),
      },
      false,
    );
  }

  it("supports strings in UTF-16", () => {
    const abi = valueAbi(scope, "string");
    const guest = memory("utf16");
    for (const text of [
      "",
      "a\0é",
      "日本語 👩‍👩‍👧",
      "\ufeffmark",
      "x".repeat(3_000),
    ]) {
      abi?.store(guest, 0, text);
      expect(guest.view.getUint32(4, true)).toBe(text.length);
      expect(abi?.load(guest, 0)).toBe(text);
    }
    abi?.store(guest, 0, "a\ud800b");
    expect(abi?.load(guest, 0)).toBe("a\ufffdb");
    guest.view.setUint16(guest.view.getUint32(0, true), 0xdc00, true);
    expect(() => abi?.load(guest, 0)).toThrow("not well-formed");
  });

  it("stores lent memory even if the memory grows meanwhile", () => {
    const { Memory } = Reflect.get(globalThis, "WebAssembly") as {
      Memory: new (limits: { initial: number }) => {
        readonly buffer: ArrayBuffer;
        grow(pages: number): number;
      };
    };
    const memory = new Memory({ initial: 1 });
    const realloc = (): number => memory.grow(1) * 65_536;
    const guest = new GuestMemory({ memory, realloc }, true);
    new Uint8Array(memory.buffer).set([16, 0, 0, 0, 4, 0, 0, 0]);
    new Uint8Array(memory.buffer).set([1, 2, 3, 4], 16);
    for (const [element, numbers] of [
      ["u8", Uint8Array.of(1, 2, 3, 4)],
      ["u32", Uint32Array.of(0x04030201, 0, 0, 0)],
    ] as const) {
      const abi = valueAbi(scope, `list<${element}>`);
      const lent = abi?.load(guest, 0);
      expect(lent).toEqual(numbers);
      abi?.store(guest, 8, lent);
      expect(abi?.load(guest, 8)).toEqual(numbers);
      // Storing the first list grows the memory and detaches its old buffer, so the second lent list is not recognized.
      const pair = valueAbi(scope, `tuple<list<${element}>, list<${element}>>`);
      const both = [abi?.load(guest, 0), abi?.load(guest, 0)];
      expect(() => pair?.store(guest, 32, both)).toThrow(/detached/);
      pair?.store(guest, 32, [numbers.slice(0, 0), numbers.slice(0, 0)]);
      expect(pair?.load(guest, 32)).toEqual([
        numbers.slice(0, 0),
        numbers.slice(0, 0),
      ]);
    }
  });

  it("stores an enum of more than 256 cases in two bytes", () => {
    const cases = Array.from({ length: 300 }, (_, index) => `c${index}`);
    const abi = valueAbi(
      { name: "test", types: { many: { kind: "enum", cases } } },
      "many",
    );
    const guest = memory();
    expect(abi?.size).toBe(2);
    abi?.store(guest, 6, "c299");
    expect(guest.view.getUint16(6, true)).toBe(299);
    expect(abi?.load(guest, 6)).toBe("c299");
  });

  it("joins the payloads of different cases in one core value", () => {
    const abi = valueAbi(
      {
        name: "test",
        types: {
          mix: {
            kind: "variant",
            cases: [
              { name: "f32", type: "f32" },
              { name: "u32", type: "u32" },
              { name: "none" },
            ],
          },
          wide: {
            kind: "variant",
            cases: [
              { name: "f32", type: "f32" },
              { name: "f64", type: "f64" },
              { name: "s32", type: "s32" },
              { name: "u64", type: "u64" },
            ],
          },
        },
      },
      "tuple<mix, wide>",
    );
    expect(abi?.flat).toEqual(["i32", "i32", "i32", "i64"]);
    const bits = new DataView(new ArrayBuffer(8));
    bits.setFloat32(0, -1.5);
    const f32 = bits.getInt32(0);
    bits.setFloat64(0, -2.5);
    const f64 = bits.getBigInt64(0);
    const guest = memory();
    expect(() => abi?.store(guest, 64, [{ tag: "none" }, "u64"])).toThrow(
      'expected an object whose tag is one of "f32", "f64", "s32", "u64", got "u64"',
    );
    for (const [flat, value] of [
      [
        [0, f32, 0, BigInt.asUintN(32, BigInt(f32))],
        [
          { tag: "f32", val: -1.5 },
          { tag: "f32", val: -1.5 },
        ],
      ],
      [
        [1, -1, 1, f64],
        [
          { tag: "u32", val: 0xffff_ffff },
          { tag: "f64", val: -2.5 },
        ],
      ],
      [
        [2, 0, 2, 0xffff_ffffn],
        [{ tag: "none" }, { tag: "s32", val: -1 }],
      ],
      [
        [2, 0, 3, -1n],
        [{ tag: "none" }, { tag: "u64", val: 2n ** 64n - 1n }],
      ],
    ] as const) {
      expect(abi?.lift(guest, flat, 0)).toEqual(value);
      abi?.store(guest, 64, value);
      expect(abi?.load(guest, 64)).toEqual(value);
    }
  });

  it("coerces values that do not fit their type, as jco does", () => {
    const lowered = (type: Parameters<typeof valueAbi>[1], value: unknown) =>
      valueAbi(scope, type)?.lower(value);
    expect(lowered("u8", -1)).toBe(255);
    expect(lowered("s16", 65_535)).toBe(-1);
    expect(lowered("u64", -1n)).toBe(2n ** 64n - 1n);
    expect(lowered("char", "ab")).toBe(97);
    expect(lowered("char", "\ud800")).toBe(0xfffd);
    expect(lowered("bool", 1)).toBe(1);
  });

  it.each([1.5, "text", NaN, {}])(
    "an integer of 64 bits that cannot be converted is a TypeError: %s",
    (value) => {
      const abi = valueAbi(scope, "u64");
      expect(() => abi?.lower(value)).toThrow(TypeError);
      expect(() => abi?.lower(value)).toThrow("expected a bigint, got ");
    },
  );

  it("a list of fixed length may have more elements than a call has arguments", () => {
    const length = 200_000;
    const abi = valueAbi(scope, `list<u16, ${length}>`);
    expect(abi).toMatchObject({ size: 2 * length, align: 2 });
  });
});
