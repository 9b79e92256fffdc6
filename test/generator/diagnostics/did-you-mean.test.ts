import { expect, test } from "vitest";
import {
  didYouMean,
  nearestName,
} from "../../../generator/src/diagnostics/did-you-mean.js";

const names = ["address", "address-family", "socket", "socket-error", "u8"];

test.each([
  ["adress", "address"],
  ["socekt", "socket"],
  ["Socket", "socket"],
  ["socket-eror", "socket-error"],
  ["u9", "u8"],
  ["port", undefined],
  ["", undefined],
  ["socket", undefined],
])("the nearest name to `%s` is %s", (name, nearest) => {
  expect(nearestName(name, names)).toBe(nearest);
});

test("a suggestion is a question, and is omitted for very long names", () => {
  expect(didYouMean("adress", names)).toBe("did you mean `address`?");
  expect(didYouMean("x".repeat(1_000_000), names)).toBeUndefined();
});
