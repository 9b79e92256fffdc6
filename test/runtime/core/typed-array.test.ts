import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { asTypedArray } from "../../../runtime/core/src/typed-array.js";

test("a typed array is returned as it is; arrays, and typed arrays of other realms, are copied", () => {
  const own = new Uint16Array([1, 2]);
  expect(asTypedArray(Uint16Array, own)).toBe(own);
  expect(asTypedArray(Uint16Array, [1, 2])).toEqual(own);
  const foreign: unknown = runInNewContext("new Uint16Array([1, 2])");
  expect(asTypedArray(Uint16Array, foreign)).toEqual(own);
});

test("other values, and typed arrays of other elements, are rejected", () => {
  const values = [
    new DataView(new ArrayBuffer(4)),
    new Int8Array(1),
    "12",
    { length: 2 },
    null,
  ];
  for (const value of values)
    expect(asTypedArray(Uint8Array, value)).toBeUndefined();
});
