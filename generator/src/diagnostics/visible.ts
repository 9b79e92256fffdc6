/**
 * Makes text safe to display. A WIT file is untrusted input: text that a diagnostic quotes from it must not move the
 * cursor, change colours, reverse the direction of a line or hide characters.
 */

/**
 * The characters that are never written to a terminal unchanged: control characters (C0, DEL, C1), format characters
 * such as direction overrides and the zero-width joiner, line and paragraph separators, and unpaired surrogates.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const allInvisible = new RegExp(invisible, "gu");

/** Replaces each invisible character of a text by its code point: `<U+202E>`. */
export function visible(text: string): string {
  return text.replace(allInvisible, codePointText);
}

/** Escapes each invisible character in the strings of a JSON text. The value of the JSON does not change. */
export function visibleJson(json: string): string {
  return json.replace(allInvisible, (character) =>
    character === "\n"
      ? character
      : Array.from({ length: character.length }, (_, index) =>
          escapeUnit(character, index),
        ).join(""),
  );
}

/** A character as a terminal displays it. */
export interface Cell {
  readonly text: string;
  /** The number of columns that it takes up. */
  readonly width: number;
}

/** Returns how a character of a source line is displayed. A tab extends to the next multiple of four columns. */
export function cellOf(character: string, column: number): Cell {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x20 && code < 0x7f) return { text: character, width: 1 };
  if (character === "\t") {
    const width = tabWidth - (column % tabWidth);
    return { text: " ".repeat(width), width };
  }
  if (invisible.test(character)) {
    const text = codePointText(character);
    return { text, width: text.length };
  }
  if (combining.test(character)) return { text: character, width: 0 };
  return { text: character, width: isWide(code, character) ? 2 : 1 };
}

const tabWidth = 4;
const combining = /^[\p{Mn}\p{Me}]$/u;
const pictograph = /^\p{Emoji_Presentation}$/u;

/**
 * Ranges of code points that take up two columns (East_Asian_Width W and F, which regular expressions do not support).
 */
const wide: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x3fffd],
];

function isWide(code: number, character: string): boolean {
  return (
    wide.some(([first, last]) => code >= first && code <= last) ||
    pictograph.test(character)
  );
}

function codePointText(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}

function escapeUnit(character: string, index: number): string {
  return `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`;
}
