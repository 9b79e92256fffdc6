import { describeCharacter } from "./characters.js";

/** The result of reading a string: its value and its end, or an error and its offset. */
export type StringReading =
  | { readonly value: string; readonly end: number }
  | {
      /** What is wrong; `undefined` if the closing quote is missing. */
      readonly reason: string | undefined;
      /** Offset of the error. */
      readonly at: number;
      /** Offset at which to continue: after the closing quote, or at the end of the line if there is none. */
      readonly end: number;
    };

/**
 * Reads a string in double quotes with the escapes of the WebAssembly text format: `\t \n \r \" \' \\`, `\hh` for a
 * byte, and `\u{h…}` for a code point, with `_` allowed between digits. ASCII control characters are not allowed.
 * Escaped bytes must form valid UTF-8 together with the rest of the string.
 *
 * @param text - the text of the file.
 * @param start - the offset of the opening quote.
 */
export function readString(text: string, start: number): StringReading {
  /** The bytes of the value, from the first `\hh` escape on. Before it, only {@link value} is used. */
  let bytes: number[] | undefined;
  let value = "";
  let at = start + 1;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === quote) break;
    if (Number.isNaN(code) || code === 0x0a || code === 0x0d)
      return { reason: undefined, at, end: at };
    if (code < 0x20 || code === 0x7f)
      return fault(
        text,
        at,
        `${describeCharacter(code)} is not allowed in a string; write \`\\t\` for a tab`,
      );
    if (code !== backslash) {
      const character = String.fromCodePoint(text.codePointAt(at) ?? code);
      append(character);
      at += character.length;
      continue;
    }
    const escape = text.charAt(at + 1);
    const simple = simpleEscapes.get(escape);
    if (simple !== undefined) {
      append(simple);
      at += 2;
    } else if (escape === "u") {
      const scalar = readScalar(text, at);
      if (typeof scalar === "string") return fault(text, at + 1, scalar);
      append(String.fromCodePoint(scalar.codePoint));
      at = scalar.end;
    } else if (hexadecimal.test(escape)) {
      const pair = text.slice(at + 1, at + 3);
      if (!/^[0-9a-fA-F]{2}$/u.test(pair))
        return fault(
          text,
          at + 1,
          "a byte is escaped as two hexadecimal digits, as in `\\7f`",
        );
      bytes ??= [...new TextEncoder().encode(value)];
      bytes.push(Number.parseInt(pair, 16));
      at += 3;
    } else {
      return fault(
        text,
        at + 1,
        "the escapes are `\\t`, `\\n`, `\\r`, `\\\"`, `\\'`, `\\\\`, `\\hh` and `\\u{…}`",
      );
    }
  }
  if (bytes === undefined) return { value, end: at + 1 };
  try {
    return {
      value: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
        Uint8Array.from(bytes),
      ),
      end: at + 1,
    };
  } catch {
    return {
      reason: "the bytes of this string are not valid UTF-8",
      at: start,
      end: at + 1,
    };
  }

  function append(characters: string): void {
    if (bytes === undefined) value += characters;
    else
      for (const byte of new TextEncoder().encode(characters)) bytes.push(byte);
  }
}

const quote = 0x22;
const backslash = 0x5c;
const hexadecimal = /^[0-9a-fA-F]$/u;
const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ["t", "\t"],
  ["n", "\n"],
  ["r", "\r"],
  ['"', '"'],
  ["'", "'"],
  ["\\", "\\"],
]);

/**
 * Reads `\u{h…}`.
 *
 * @param start - the offset of the backslash.
 * @returns the code point and the offset after the escape, or what is wrong.
 */
function readScalar(
  text: string,
  start: number,
): { codePoint: number; end: number } | string {
  const open = start + 2;
  if (text[open] !== "{") return "a code point is escaped as in `\\u{1f600}`";
  let at = open + 1;
  let codePoint = 0;
  let digits = 0;
  while (
    hexadecimal.test(text.charAt(at)) ||
    (digits > 0 && text[at] === "_")
  ) {
    const digit = text.charAt(at++);
    if (digit === "_") continue;
    digits++;
    codePoint = Math.min(codePoint * 16 + Number.parseInt(digit, 16), 0x110000);
  }
  if (digits === 0 || text[at] !== "}" || text[at - 1] === "_")
    return "a code point is escaped as in `\\u{1f600}`";
  if (codePoint > 0x10ffff || (codePoint >= 0xd800 && codePoint <= 0xdfff)) {
    return `\`${text.slice(start, at + 1)}\` is not a Unicode character`;
  }
  return { codePoint, end: at + 1 };
}

/** An error in a string. Reading continues after the closing quote, or at the end of the line if there is none. */
function fault(text: string, at: number, reason: string): StringReading {
  let end = at;
  for (;;) {
    const code = text.charCodeAt(end);
    if (Number.isNaN(code) || code === 0x0a) return { reason, at, end };
    if (code === quote) return { reason, at, end: end + 1 };
    end += code === backslash && text.charAt(end + 1) === '"' ? 2 : 1;
  }
}
