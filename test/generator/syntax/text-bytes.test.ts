import fc from "fast-check";
import { expect, test } from "vitest";
import { beyond, bytesOf } from "../../../generator/src/syntax/text-bytes.js";

/** The expected bytes of a text. */
function expected(text: string): number[] {
  const units = Array.from({ length: text.length }, (_, at) =>
    text.charCodeAt(at),
  );
  return [...units.map((unit) => (unit < 128 ? unit : beyond)), beyond, beyond];
}

test("bytesOf returns a byte for each code unit of any text", () => {
  const unit = fc.oneof(
    fc.constantFrom("a", " ", "\n", "\0", "\u{7f}", "\u{80}", "ÿ", "名", "𝒳"),
    fc.constantFrom("\ud800", "\udfff", "\ufeff", "\uffff"),
  );
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 40 }), (units) => {
      const text = units.join("");
      expect(Array.from(bytesOf(text))).toEqual(expected(text));
    }),
  );
});

test("bytesOf supports texts of several chunks, with any kind of character at their boundaries", () => {
  for (const middle of ["a", "ü", "名", "𝒳", "\ud800", "\udc00"])
    for (const length of [8_190, 8_191, 8_192, 16_383]) {
      const text = `${"x".repeat(length)}${middle}${"y".repeat(9_000)}`;
      expect(Buffer.from(bytesOf(text))).toEqual(Buffer.from(expected(text)));
    }
});
