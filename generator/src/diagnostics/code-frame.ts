import type { SourceRange } from "./diagnostic.js";
import { cellOf } from "./visible.js";

/** Options of {@link codeFrame}. */
export interface FrameOptions {
  /** Colours the marks under the text. */
  readonly paintMark: (marks: string) => string;
  /** Colours the line numbers and the vertical rule. */
  readonly paintGutter: (gutter: string) => string;
  /** Whether the previous line is shown too, if it is not blank and neither line is too long. */
  readonly withContext: boolean;
}

/**
 * Draws the line on which a range begins, with marks under the range, and on request the previous line:
 *
 * ```
 *   4 | interface net {
 *   5 |   type peer = adress;
 *     |               ^^^^^^
 * ```
 *
 * Only a part of a long line is shown, around the start of the range. The marks are aligned with the text even if the
 * line contains tabs, wide or combining characters, or invisible characters.
 *
 * @returns the lines of the frame.
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
  if (
    window.isWhole &&
    previous.length <= maxLineLength &&
    /\S/u.test(previous)
  ) {
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

/** The maximum number of UTF-16 units of a line that are shown. */
const maxLineLength = 120;
/** How many of these units come before the range in a longer line. */
const lead = 40;

interface DrawnLine {
  readonly text: string;
  /** Whether the whole line is shown. */
  readonly isWhole: boolean;
  readonly markColumn: number;
  readonly markWidth: number;
}

/** Draws a line, or a part of it if it is long, and computes the columns of a range in it. */
function drawLine(line: string, from: number, to: number): DrawnLine {
  const isWhole = line.length <= maxLineLength;
  const first = isWhole || from <= lead ? 0 : wholeCharacter(line, from - lead);
  const last = isWhole
    ? line.length
    : wholeCharacter(line, Math.min(first + maxLineLength, line.length));
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

/** Moves an offset forward if it is in the middle of a surrogate pair. */
function wholeCharacter(text: string, offset: number): number {
  const code = text.charCodeAt(offset);
  return code >= 0xdc00 && code <= 0xdfff ? offset + 1 : offset;
}

function gutter(number: string, width: number): string {
  return `  ${number.padStart(width)} | `;
}
