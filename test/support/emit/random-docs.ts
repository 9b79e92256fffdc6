import type { Random } from "../random.js";

/** What could end a comment, begin a tag or a link, or be taken for an order to a tool. */
const parts = [
  "*\\/",
  "@param x - y",
  "@deprecated",
  "`@since`",
  "`a @b c`",
  "``@c``",
  "{@link Foo}",
  "{@",
  "{",
  "}",
  "`",
  "```",
  "<b>",
  "a@b.c",
  "\u3000@type {string}",
  "日本語 \u{1f600}",
  "\u2028",
  "\\",
  "* x",
  "//",
  "$&",
  "${x}",
  "@packageDocumentation",
  "prettier-ignore",
  "@ts-ignore",
  '"',
  "\t",
];

/** A comment in front of an item of WIT, with what is hard to carry over. */
export function randomDocs(random: Random): string {
  const line = (): string => {
    const length = random.pick([0, 1, 2, 20]);
    return Array.from({ length }, () => random.pick(parts)).join(
      random.pick([" ", ""]),
    );
  };
  const lines = Array.from({ length: random.pick([1, 2, 4]) }, line);
  return lines.map((text) => `/// ${text}\n`).join("");
}
