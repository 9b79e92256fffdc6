import type { Random } from "../random.js";

/** Texts that could end a comment, begin a tag or a link, or be read as a directive of a tool. */
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

/** A doc comment for a WIT item with texts that are hard to copy into a TSDoc comment. */
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
