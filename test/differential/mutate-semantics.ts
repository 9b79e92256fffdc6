import { splitTokens } from "../support/mutate.js";
import type { Random } from "../support/random.js";

const types =
  "u8 string r t borrow<r> own<t> list<r> option<t> f32 map<string,t> result<_,t>".split(
    " ",
  );

const gates = [
  "@unstable(feature = hidden) ",
  "@since(version = 1.0.0) ",
  "@since(version = 1.0.0-rc.1) ",
  "@since(version = 99.0.0) ",
  "@since(version = 1.0.0) @deprecated(version = 1.0.0) ",
  '@external-id("x") ',
  '@external-id("\u{202e}") ',
];

/** Items that are appended to a package. Each refers to items that may exist, or conflicts with them. */
const items = [
  "interface zz-user { use types.{id as t}; use api.{t as u}; f: func(a: list<t>) -> u; }",
  "world zz-all { include w; include base; }",
  "world zz-renamed { include w with { run as r, start as r } }",
  "world zz-same { import label: types; import types; export label: types; }",
  "world zz-both { export types; export api; import api; }",
  "world zz-inline { import i: interface { use types.{id}; f: func() -> id; } export i: interface {} }",
  "package zz:dep@1.0.0-rc.1+b { interface types { type id = u8; resource r; } world w { import types; } }",
  "interface zz-far { use zz:dep/types@1.0.0-rc.1+b.{id, r}; f: func(a: borrow<r>) -> own<r>; }",
  "use types as zz-types; interface zz-near { use zz-types.{id}; }",
  "interface zz-cycle { use zz-cycle.{t}; }",
];

/** Changes the meaning of a text rather than its syntax, so that most mutants can still be parsed. */
export function mutateSemantics(text: string, random: Random): string {
  let mutant = text;
  const count = 1 + random.below(3);
  for (let index = 0; index < count; index++) mutant = change(mutant, random);
  return mutant;
}

function change(text: string, random: Random): string {
  const tokens = splitTokens(text);
  const words = tokens.flatMap((token, index) =>
    /^[%a-zA-Z]/u.test(token) ? [index] : [],
  );
  if (words.length === 0) return text;
  const at = random.pick(words);
  const other = random.pick(words);
  const [word = "", otherWord = ""] = [tokens[at], tokens[other]];
  switch (random.below(8)) {
    case 0:
      tokens[at] = otherWord;
      break;
    case 1:
      tokens[at] = `${word}-x`;
      break;
    case 2:
      tokens[at] = word.toUpperCase();
      break;
    case 3:
      tokens[at] = random.pick(types);
      break;
    case 4:
      tokens[at] = otherWord;
      tokens[other] = word;
      break;
    case 5:
      return `${text}\n${random.pick(items)}\n`;
    case 6: {
      const version = tokens.findIndex(
        (token, index) => index > at && /^\d+$/u.test(token),
      );
      if (version >= 0) tokens[version] = random.pick(["0", "1", "2", "01"]);
      break;
    }
    default: {
      const item = tokens.findIndex(
        (token, index) => index >= at && startsItem.test(token),
      );
      if (item >= 0) tokens[item] = random.pick(gates) + (tokens[item] ?? "");
    }
  }
  return tokens.join("");
}

const startsItem =
  /^(?:interface|world|type|record|variant|enum|flags|resource|use|include|import|export|constructor)$/u;
