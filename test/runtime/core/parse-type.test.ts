import {
  resolveType,
  type InterfaceDescriptor,
  type TypeDescriptor,
} from "@wit2ts/runtime";
import { describe, expect, it } from "vitest";

const scope: InterfaceDescriptor = {
  kind: "interface",
  name: "a:b/c",
  types: {
    list: { kind: "enum", cases: ["a"] },
    u8: { kind: "alias", type: "%list" },
    item: { kind: "alias", type: "option<item>" },
  },
  functions: {},
};

const structure = (type: TypeDescriptor) => resolveType(scope, type).type;

describe("the text of a type", () => {
  it.each<[TypeDescriptor, unknown]>([
    ["u8", "u8"],
    ["error-context", "error-context"],
    ["list<u8>", { kind: "list", element: "u8" }],
    ["list<u8, 20000>", { kind: "list", element: "u8", length: 20_000 }],
    ["map<string, u8>", { kind: "map", key: "string", value: "u8" }],
    ["option<option<u8>>", { kind: "option", element: "option<u8>" }],
    ["result", { kind: "result" }],
    ["result<u8>", { kind: "result", ok: "u8" }],
    ["result<_, u8>", { kind: "result", err: "u8" }],
    [
      "result<map<u8, u16>, tuple<u8, u16>>",
      { kind: "result", ok: "map<u8, u16>", err: "tuple<u8, u16>" },
    ],
    ["tuple<>", { kind: "tuple", elements: [] }],
    ["tuple<u8>", { kind: "tuple", elements: ["u8"] }],
    [
      "tuple<list<u8, 2>, result<_, u8>, u8>",
      { kind: "tuple", elements: ["list<u8, 2>", "result<_, u8>", "u8"] },
    ],
    ["future", { kind: "future" }],
    ["future<u8>", { kind: "future", element: "u8" }],
    ["stream", { kind: "stream" }],
    ["stream<u8>", { kind: "stream", element: "u8" }],
    ["own<thing>", { kind: "own", resource: "thing" }],
    ["borrow<%list>", { kind: "borrow", resource: "list" }],
    ["item", { kind: "option", element: "item" }],
  ])("%s", (text, expected) => {
    expect(structure(text)).toEqual(expected);
  });

  it("distinguishes names from keywords by a `%`", () => {
    const list = { kind: "enum", cases: ["a"] };
    expect(structure("%list")).toEqual(list);
    expect(structure("%u8")).toEqual(list);
  });

  it.each([
    "",
    "%",
    "list",
    "list<>",
    "list<u8",
    "list<u8>>",
    "list<u8> ",
    "list<u8, many>",
    "list<u8, 1, 2>",
    "map<u8>",
    "map<u8, >",
    "option<,u8>",
    "option<u8, u8>",
    "result<u8, u8, u8>",
    "tuple<u8,,u8>",
    "future<u8, u8>",
    "own",
    "item<u8>",
    "a b",
    "constructor<u8>",
  ])("is rejected if it is invalid: `%s`", (text) => {
    expect(() => structure(text)).toThrow(
      `a descriptor contains \`${text}\`, which is not a type`,
    );
  });

  it("is rejected if it names a type that is not defined", () => {
    expect(() => structure("nothing")).toThrow(
      "the descriptor of a:b/c names a type `nothing` that it does not define",
    );
  });
});
