import type { SourceRange } from "./diagnostic.js";
import { cellOf } from "./visible.js";

/** How a frame is drawn. */
export interface FrameOptions {
  /** Paints the marks under the text. */
  readonly paintMark: (marks: string) => string;
  /** Paints the line numbers and rules. */
  readonly paintGutter: (gutter: string) => string;
  /** Whether the line before is shown too, if there is anything on it. */
  readonly withContext: boolean;
}

/**
 * The lines of a file that a range begins on, with marks under it:
 *
 * ```
 *   4 | interface net {
 *   5 |   type peer = adress;
 *     |               ^^^^^^
 * ```
 *
 * Of a long line a window around the range is shown. Marks stand under what they mean whatever the line has in it: tabs,
 * wide and combining characters, characters that cannot be seen.
 *
 * @returns the frame's lines
 */
export function codeFrame(range: SourceRange, options: FrameOptions): string[] {
  const { source } = range;
  const { line, column } = source.positionAt(range.start);
  const text = source.lineText(line);
  const from = column - 1;
  const to = Math.min(Math.max(range.end - range.start, 0) + from, text.length);
  const window = drawLine(text, from, to);
  const gutterWidth = String(line).length;
  const { paintGutter } = options;
  const lines: string[] = [];
  const previous =
    line > 1 && options.withContext ? source.lineText(line - 1) : "";
  if (window.isWhole && previous.length <= widest && /\S/u.test(previous)) {
    lines.push(
      `${paintGutter(gutter(String(line - 1), gutterWidth))}${drawLine(previous, 0, 0).text}`,
    );
  }
  const marks =
    " ".repeat(window.markColumn) +
    options.paintMark("^".repeat(Math.max(window.markWidth, 1)));
  lines.push(
    `${paintGutter(gutter(String(line), gutterWidth))}${window.text}`.trimEnd(),
  );
  lines.push(`${paintGutter(gutter("", gutterWidth))}${marks}`);
  return lines;
}

/** The most UTF-16 units of a line that are shown. */
const widest = 120;
/** How many of them stand before the range in a line that is longer. */
const lead = 40;

interface DrawnLine {
  readonly text: string;
  /** Whether nothing was cut off. */
  readonly isWhole: boolean;
  readonly markColumn: number;
  readonly markWidth: number;
}

/** Draws a line, or a window of it if it is long, and finds the columns of a range in it. */
function drawLine(line: string, from: number, to: number): DrawnLine {
  const isWhole = line.length <= widest;
  const first = isWhole || from <= lead ? 0 : wholeCharacter(line, from - lead);
  const last = isWhole
    ? line.length
    : wholeCharacter(line, Math.min(first + widest, line.length));
  let text = first > 0 ? "…" : "";
  let column = text.length;
  let markColumn = column;
  let markEnd: number | undefined;
  let at = first;
  for (const character of line.slice(first, last)) {
    if (at === from) markColumn = column;
    if (at >= to) markEnd ??= column;
    const cell = cellOf(character, column);
    text += cell.text;
    column += cell.width;
    at += character.length;
  }
  if (at <= from) markColumn = column;
  markEnd ??= column;
  return {
    text: last < line.length ? `${text}…` : text,
    isWhole,
    markColumn,
    markWidth: markEnd - markColumn,
  };
}

/** An offset that does not cut a surrogate pair in two. */
function wholeCharacter(text: string, offset: number): number {
  const code = text.charCodeAt(offset);
  return code >= 0xdc00 && code <= 0xdfff ? offset + 1 : offset;
}

function gutter(number: string, width: number): string {
  return `  ${number.padStart(width)} | `;
}
