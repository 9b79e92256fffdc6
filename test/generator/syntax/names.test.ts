import fc from "fast-check";
import { expect, test } from "vitest";
import {
  multiplier,
  Names,
  tokenOf,
  NameValidity,
} from "../../../generator/src/syntax/names.js";
import { bytesOf } from "../../../generator/src/syntax/text-bytes.js";
import { Token } from "../../../generator/src/syntax/tokens.js";

/** The number of a word in a text, with the hash computed as by the lexer. */
function read(names: Names, text: string, start: number, end: number): number {
  let hash = 0;
  for (let at = start; at < end; at++)
    hash = (Math.imul(hash, multiplier) + text.charCodeAt(at)) | 0;
  return names.ofBytes(text, bytesOf(text), start, end, hash);
}

test("equal words have the same number, and different words have different numbers", () => {
  const names = new Names();
  const words = Array.from(
    { length: 5_000 },
    (_, index) => `word-${String(index)}`,
  );
  const numbers = words.map((word) => names.of(word));
  expect(new Set(numbers).size).toBe(words.length);
  expect(words.map((word) => names.of(word))).toEqual(numbers);
  expect(numbers.map((number) => names.text(number))).toEqual(words);
  expect(numbers.map((number) => names.length(number))).toEqual(
    words.map((word) => word.length),
  );
});

test("a word has the same number if it is given as a string or read from a text", () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/u)),
      (words) => {
        const names = new Names();
        const text = words.join(" ");
        let start = 0;
        for (const word of words) {
          const number = read(names, text, start, start + word.length);
          expect(names.text(number)).toBe(word);
          expect(names.of(word)).toBe(number);
          start += word.length + 1;
        }
      },
    ),
  );
});

test("non-ASCII and very long words are kept unchanged", () => {
  const names = new Names();
  for (const word of ["ü", "名前", "𝒳", "x".repeat(100_000)]) {
    expect(names.text(names.of(word))).toBe(word);
    expect(names.length(names.of(word))).toBe(word.length);
  }
});

test("keywords have their tokens, and the missing name is 0", () => {
  const names = new Names();
  expect(tokenOf(names.of("interface"))).toBe(Token.interface);
  expect(tokenOf(names.of("error-context"))).toBe(Token.errorContext);
  expect(tokenOf(names.of("interfaces"))).toBe(Token.identifier);
  expect(names.of("")).toBe(0);
  expect(names.text(0)).toBe("");
  expect(names.text(names.self)).toBe("self");
});

test("the verdict of a word is kept", () => {
  const names = new Names();
  const name = names.of("name");
  expect(names.validity(name)).toBe(NameValidity.unknown);
  names.setValidity(name, NameValidity.valid);
  for (let index = 0; index < 1_000; index++) names.of(`x${String(index)}`);
  expect(names.validity(name)).toBe(NameValidity.valid);
  expect(names.validity(names.of("x999"))).toBe(NameValidity.unknown);
});
