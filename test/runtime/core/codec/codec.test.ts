import type { InterfaceDescriptor, TypeDescriptor } from "@wit2ts/runtime";
import { describe, expect, it } from "vitest";
import { ByteReader } from "../../../../runtime/core/src/codec/byte-reader.js";
import { byteWriter } from "../../../../runtime/core/src/codec/byte-writer.js";
import { compileCodec } from "../../../../runtime/core/src/codec/codec.js";
import { Shapes } from "../../../support/shapes/generated/wit2ts-test/shapes/shapes.js";
import {
  echoed,
  returned,
  returnedVariants,
} from "../../../support/shapes/values.js";

function roundTrip(
  scope: InterfaceDescriptor,
  type: TypeDescriptor,
  value: unknown,
): unknown {
  const codec = compileCodec(scope, type);
  const writer = byteWriter();
  // A byte in front, so that nothing is aligned by chance.
  writer.u8(1);
  codec.write(writer, value);
  const reader = new ByteReader(writer.buffer.slice(0, writer.length));
  reader.u8();
  const copy = codec.read(reader);
  expect(reader.left).toBe(0);
  return copy;
}

describe("the codec", () => {
  it.each([
    ...Object.entries(echoed),
    ...Object.entries(returned),
    ["resultVariant", returnedVariants] as const,
  ])("reads back the values that it writes: %s", (name, values) => {
    const type = Shapes.functions[name]?.result;
    if (type === undefined) throw new Error(`no function ${name}`);
    for (const value of values) {
      expect(roundTrip(Shapes, type, value)).toStrictEqual(value);
    }
  });

  it("reads back maps, fixed-length lists and large enums", () => {
    const cases = Array.from({ length: 300 }, (_, index) => `case-${index}`);
    const scope: InterfaceDescriptor = {
      kind: "interface",
      name: "a:b/c",
      types: { large: { kind: "enum", cases } },
      functions: {},
    };
    const map = new Map([
      ["a", [1, 2]],
      ["", [3, 4]],
    ]);
    expect(roundTrip(scope, "map<string, list<u8, 2>>", map)).toStrictEqual(
      map,
    );
    expect(roundTrip(scope, "large", "case-299")).toBe("case-299");
  });

  it("accepts plain arrays for typed ones, null for none, and lone surrogates, as jco does", () => {
    expect(roundTrip(Shapes, "list<u16>", [1, 65_535])).toStrictEqual(
      new Uint16Array([1, 65_535]),
    );
    expect(roundTrip(Shapes, "option<u8>", null)).toBeUndefined();
    expect(roundTrip(Shapes, "string", "a\ud800b")).toBe("a\ufffdb");
  });

  it.each<[TypeDescriptor, unknown]>([
    ["u8", "1"],
    ["u64", 1],
    ["bool", 1],
    ["string", undefined],
    ["shape", { tag: "square" }],
    ["shape-kind", "square"],
    ["few", null],
    ["list<string>", "abc"],
    ["list<u8>", new Int8Array(1)],
    ["tuple<u8, u8>", [1]],
    ["list<u8, 2>", [1, 2, 3]],
    ["map<u8, u8>", {}],
  ])("rejects invalid values: %o", (type, value) => {
    expect(() => {
      compileCodec(Shapes, type).write(byteWriter(), value);
    }).toThrow(TypeError);
  });

  it("writes as many elements as it announces, even if a getter adds some", () => {
    const list: unknown[] = [];
    const map = new Map<string, unknown>();
    const pair = {
      get first(): number {
        if (list.length < 9) list.push(pair);
        if (map.size < 9) map.set(`key ${map.size}`, pair);
        return 1;
      },
      second: "a",
    };
    const copy = { first: 1, second: "a" };
    list.push(pair);
    expect(roundTrip(Shapes, "list<pair>", list)).toStrictEqual([copy]);
    map.clear();
    map.set("key", pair);
    expect(roundTrip(Shapes, "map<string, pair>", map)).toStrictEqual(
      new Map([["key", copy]]),
    );
  });

  it("does not read past the end", () => {
    const codec = compileCodec(Shapes, "string");
    const writer = byteWriter();
    codec.write(writer, "text");
    const cut = writer.buffer.slice(0, writer.length - 1);
    expect(() => codec.read(new ByteReader(cut))).toThrow(RangeError);
  });
});
