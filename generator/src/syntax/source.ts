/** A position as editors display it. */
export interface Position {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units. */
  readonly column: number;
}

/** The text of a file, its path, and its line starts, which are computed on first use. */
export class SourceFile {
  /** The path, as it is displayed. */
  readonly path: string;
  /** The decoded text. */
  readonly text: string;
  #lineStarts: number[] | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  /**
   * The offsets at which lines begin. The first one is after a byte order mark, which editors do not count. A line
   * ends with LF.
   */
  get lineStarts(): readonly number[] {
    if (this.#lineStarts === undefined) {
      const starts = [this.text.startsWith("\uFEFF") ? 1 : 0];
      for (
        let at = this.text.indexOf("\n");
        at >= 0;
        at = this.text.indexOf("\n", at + 1)
      )
        starts.push(at + 1);
      this.#lineStarts = starts;
    }
    return this.#lineStarts;
  }

  /** Returns the line and column of an offset. An offset after the end of the text counts as the end. */
  positionAt(offset: number): Position {
    const starts = this.lineStarts;
    const first = starts[0] as number;
    const at = Math.min(Math.max(offset, first), this.text.length);
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: at - (starts[low] as number) + 1 };
  }

  /** Returns a range of the text on one line, with whitespace normalized, for quoting it in a message. */
  quote(start: number, end: number): string {
    return this.text
      .slice(start, end)
      .replace(/\s*([<>])\s*/gu, "$1")
      .replace(/\s+/gu, " ");
  }

  /** Returns the text of a line (1-based), without its line terminator. */
  lineText(line: number): string {
    const start = this.lineStarts[line - 1] ?? this.text.length;
    const next = this.lineStarts[line];
    const end = next === undefined ? this.text.length : next - 1;
    const text = this.text.slice(start, end);
    return text.endsWith("\r") ? text.slice(0, -1) : text;
  }
}
