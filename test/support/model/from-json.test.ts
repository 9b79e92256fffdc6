import { expect, test } from "vitest";
import { fromJson } from "./from-json.js";
import { ModelFormatError } from "./json-reader.js";

const empty = { worlds: [], interfaces: [], types: [], packages: [] };
const type = (kind: unknown): object => ({
  ...empty,
  types: [{ name: "t", kind, owner: null }],
});

test.each([
  [null, "expected an object, found null"],
  [{ ...empty, types: {} }, "expected a list at types, found an object"],
  [type("list"), "expected a kind of type at types[0].kind"],
  [
    type({ list: 7 }),
    "expected a number below 1 at types[0].kind.list, found 7",
  ],
  [
    type({ list: "u7" }),
    "expected the name of a primitive type at types[0].kind.list",
  ],
  [
    type({ record: {} }),
    "expected a list at types[0].kind.record.fields, found nothing",
  ],
  [
    type({ list: "u8", option: "u8" }),
    "expected an object with one key at types[0].kind",
  ],
  [
    { ...empty, packages: [{ name: 1, interfaces: {}, worlds: {} }] },
    "expected a string at packages[0].name, found 1",
  ],
])("fromJson reports the position of invalid JSON: %j", (value, message) => {
  expect(() => fromJson(value)).toThrow(ModelFormatError);
  expect(() => fromJson(value)).toThrow(message);
});
