import type { InterfaceDescriptor } from "@wit2ts/runtime";
import { expect, it } from "vitest";
import { compileConvert } from "../../../runtime/core/src/convert-resources.js";

const scope: InterfaceDescriptor = {
  kind: "interface",
  name: "test:convert/i",
  functions: {},
  types: {
    thing: { kind: "resource", key: "Thing", methods: {}, statics: {} },
    entry: {
      kind: "record",
      fields: [
        { name: "thing", key: "thing", type: "own<thing>" },
        { name: "name", key: "name", type: "string" },
        { name: "size", key: "size", type: "option<u8>" },
      ],
    },
  },
};

it("a record keeps fields that are getters of its class", () => {
  const convert = compileConvert(scope, "entry", () => (value) => [value]);
  class Entry {
    readonly thing = "it";
    readonly #name: string;
    constructor(name: string) {
      this.#name = name;
    }
    get name(): string {
      return this.#name;
    }
  }
  expect(convert?.(new Entry("a name"))).toStrictEqual({
    thing: ["it"],
    name: "a name",
  });
});
