import type { Random } from "./random.js";

/** The text that mutations insert: tokens that are valid somewhere, and characters that WIT does not use. */
const pieces = [
  ...Array.from('{}()<>;,:.=@%/*-+"\\_#é\u{202e}\u{1f600}\u{feff}\t\r\n'),
  ..."as async bool borrow char constructor enum error-context export f32 flags from func future import include interface list map option own package record resource result s8 static stream string tuple type u8 u64 use variant with world".split(
    " ",
  ),
  ...'a b i w t r self since % %type a:b a:b/i a:b/i@1.0.0 1.0.0 0 4294967296 -> // /* */ /** @since(version=1.0.0) @unstable(feature=x) @deprecated(version=1.0.0) @external-id("x") list<u8> option<t> result<_,t> own<r> borrow<r>'.split(
    " ",
  ),
];

/** Splits a text into words, numbers, punctuation, line comments and white space. */
export function splitTokens(text: string): string[] {
  return (
    text.match(/[%\p{L}_][\p{L}\p{N}_-]*|\d+|->|\/\/[^\n]*\n?|\s+|[^]/gu) ?? []
  );
}

/**
 * Changes a text in one to three places, as typing mistakes do. Three quarters of the changes affect whole tokens, the
 * others characters.
 */
export function mutate(text: string, random: Random): string {
  let mutant = text;
  const count = 1 + random.below(3);
  for (let index = 0; index < count; index++) {
    mutant =
      random.below(4) === 0
        ? changeCharacters(mutant, random)
        : changeTokens(mutant, random);
  }
  return mutant;
}

function changeTokens(text: string, random: Random): string {
  const tokens = splitTokens(text);
  const at = random.below(tokens.length + 1);
  const other = random.below(tokens.length + 1);
  switch (random.below(7)) {
    case 0:
      tokens.splice(at, 1 + random.below(3));
      break;
    case 1:
      tokens.splice(at, 0, random.pick(pieces));
      break;
    case 2:
      tokens.splice(at, 1, random.pick(pieces));
      break;
    case 3:
      tokens.splice(at, 0, ...tokens.slice(other, other + 1 + random.below(8)));
      break;
    case 4: {
      const [left = "", right = ""] = [tokens[at], tokens[other]];
      if (at < tokens.length) tokens[at] = right;
      if (other < tokens.length) tokens[other] = left;
      break;
    }
    case 5:
      tokens.splice(at, 1, ` ${tokens[other] ?? ""} `);
      break;
    default:
      if (random.below(4) === 0) tokens.length = at;
      else tokens.splice(at, 1);
  }
  return tokens.join("");
}

function changeCharacters(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const until = at + random.below(4);
  return (
    text.slice(0, at) +
    (random.below(2) === 0 ? random.pick(pieces) : "") +
    text.slice(until)
  );
}
