import { codeFrame } from "./code-frame.js";
import type { Diagnostic, Severity, SourceRange } from "./diagnostic.js";
import { visible } from "./visible.js";

/** Options of {@link renderText}. */
export interface TextOptions {
  /** Whether to use terminal colours. Default: `false`. */
  readonly colour?: boolean;
}

/**
 * Formats diagnostics for people. Each one is shown with its place, its code, and the lines of the file:
 *
 * ```
 * wit/net.wit:5:15 - error unknown-type: unknown type `adress`; did you mean `address`?
 *   4 | interface net {
 *   5 |   type peer = adress;
 *     |               ^^^^^^
 * ```
 *
 * Lines and columns are 1-based, and columns are in UTF-16 units, as in editors. Control characters of the input are
 * made visible, so that the input cannot control the terminal.
 *
 * @returns the text, with a line terminator at its end; empty if there are no diagnostics.
 */
export function renderText(
  diagnostics: readonly Diagnostic[],
  options: TextOptions = {},
): string {
  const style = options.colour === true ? coloured : plain;
  return diagnostics
    .map((diagnostic) => `${renderOne(diagnostic, style).join("\n")}\n`)
    .join("\n");
}

function renderOne(diagnostic: Diagnostic, style: Style): string[] {
  const { severity, range, related = [] } = diagnostic;
  const label = `${style.severity[severity](severity)} ${style.code(`${diagnostic.code}:`)}`;
  const lines = [
    `${range === undefined ? "" : `${style.place(placeOf(range))} - `}${label} ${visible(messageOf(diagnostic))}`,
  ];
  if (range !== undefined) {
    lines.push(
      ...codeFrame(range, {
        paintMark: style.severity[severity],
        paintGutter: style.gutter,
        withContext: true,
      }),
    );
  }
  for (const place of related) {
    lines.push(`  ${style.place(placeOf(place))} - ${visible(place.message)}`);
    const frame = codeFrame(place, {
      paintMark: style.related,
      paintGutter: style.gutter,
      withContext: false,
    });
    lines.push(...frame.map((line) => `  ${line}`));
  }
  return lines;
}

/** Returns the message, followed by the suggestion if there is one. */
export function messageOf(diagnostic: Diagnostic): string {
  return diagnostic.suggestion === undefined
    ? diagnostic.message
    : `${diagnostic.message}; ${diagnostic.suggestion}`;
}

function placeOf(range: SourceRange): string {
  const { line, column } = range.source.positionAt(range.start);
  return `${visible(range.source.path)}:${String(line)}:${String(column)}`;
}

type Paint = (text: string) => string;

interface Style {
  readonly severity: Readonly<Record<Severity, Paint>>;
  readonly code: Paint;
  readonly place: Paint;
  readonly gutter: Paint;
  readonly related: Paint;
}

const bare: Paint = (text) => text;

const plain: Style = {
  severity: { error: bare, warning: bare, note: bare },
  code: bare,
  place: bare,
  gutter: bare,
  related: bare,
};

function sgr(on: number, off: number): Paint {
  return (text) => `\u001b[${String(on)}m${text}\u001b[${String(off)}m`;
}

const coloured: Style = {
  severity: { error: sgr(31, 39), warning: sgr(33, 39), note: sgr(34, 39) },
  code: sgr(2, 22),
  place: sgr(36, 39),
  gutter: sgr(2, 22),
  related: sgr(34, 39),
};
