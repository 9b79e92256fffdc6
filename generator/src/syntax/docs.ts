import type { SourceFile } from "./source.js";

/**
 * Returns the text of the comments in front of an item. As in the reference implementation, every comment counts, not
 * only `///`.
 *
 * @param item - the item. Its `docs` is the offset at which its comments begin.
 * @param source - the file that contains the item.
 * @returns the text, without comment markers and without the indentation that all comments share, with lines joined
 * by LF; `undefined` if there are no comments.
 */
export function docsOf(
  item: { readonly docs: number },
  source: SourceFile,
): { readonly contents: string } | undefined {
  if (item.docs < 0) return undefined;
  const line = singleLine(source.text, item.docs);
  if (line !== undefined) return { contents: line };
  const comments = readComments(source.text, item.docs);
  const indentation = commonIndentation(comments);
  let contents = "";
  for (const comment of comments) {
    const text = isIndented(comment, indentation)
      ? comment.slice(indentation)
      : comment;
    if (text === "") contents += "\n";
    else
      for (const line of text.split("\n"))
        contents += `${line.endsWith("\r") ? line.slice(0, -1) : line}\n`;
  }
  let end = contents.length;
  while (contents.charCodeAt(end - 1) === lineFeed) end--;
  return { contents: contents.slice(0, end) };
}

/**
 * The fast path for most items: returns the text of the line comment at `start` if it is the only comment, otherwise
 * `undefined`. It also returns `undefined` in rare cases that it does not handle.
 */
function singleLine(text: string, start: number): string | undefined {
  if (text.charCodeAt(start) !== slash || text.charCodeAt(start + 1) !== slash)
    return undefined;
  const end = text.indexOf("\n", start);
  if (end < 0) return undefined;
  let next = end + 1;
  while (isAsciiSpace(text.charCodeAt(next))) next++;
  if (text.charCodeAt(next) === slash) return undefined;
  let from = start + 2;
  while (from < end && text.charCodeAt(from) === slash) from++;
  let to = end;
  while (to > from && isSpace(text.charCodeAt(to - 1))) to--;
  // The indentation is removed only if it consists of spaces. Leave other indentation to the general case.
  let first = from;
  while (first < to && isAsciiSpace(text.charCodeAt(first))) first++;
  for (let at = from; at < first; at++)
    if (text.charCodeAt(at) !== 0x20) return undefined;
  return text.slice(first, to);
}

const lineFeed = 0x0a;
const star = 0x2a;
const slash = 0x2f;

/** Returns the texts of the comments at an offset, without comment markers and trailing whitespace. */
function readComments(text: string, start: number): string[] {
  const comments: string[] = [];
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (isAsciiSpace(code)) {
      at++;
    } else if (code === slash && text.charCodeAt(at + 1) === slash) {
      const newline = text.indexOf("\n", at);
      const end = newline < 0 ? text.length : newline;
      comments.push(withoutSlashes(text, at, end));
      at = end;
    } else if (code === slash && text.charCodeAt(at + 1) === star) {
      const end = blockCommentEnd(text, at);
      comments.push(blockText(text, at, end));
      at = end;
    } else {
      return comments;
    }
  }
}

/**
 * Returns the text of a block comment. One that begins with `/**` loses both markers; any other loses only its first
 * slash.
 */
function blockText(text: string, start: number, end: number): string {
  if (text.charCodeAt(start + 2) !== star)
    return withoutSlashes(text, start, end);
  const closed =
    text.charCodeAt(end - 1) === slash && text.charCodeAt(end - 2) === star;
  // In an empty comment, the opening and the closing marker overlap.
  return trimmed(text, start + 3, closed ? Math.max(end - 2, start + 3) : end);
}

function withoutSlashes(text: string, start: number, end: number): string {
  let from = start;
  while (from < end && text.charCodeAt(from) === slash) from++;
  return trimmed(text, from, end);
}

function trimmed(text: string, start: number, end: number): string {
  let to = end;
  while (to > start && isSpace(text.charCodeAt(to - 1))) to--;
  return text.slice(start, to);
}

/** Block comments nest. */
function blockCommentEnd(text: string, start: number): number {
  let depth = 1;
  let at = start + 2;
  while (depth > 0 && at < text.length) {
    const code = text.charCodeAt(at);
    if (code === slash && text.charCodeAt(at + 1) === star) {
      depth++;
      at += 2;
    } else if (code === star && text.charCodeAt(at + 1) === slash) {
      depth--;
      at += 2;
    } else {
      at++;
    }
  }
  return at;
}

/**
 * Returns the length of the shortest leading whitespace of the comments that are not empty. As in the reference, line
 * terminators count as whitespace.
 */
function commonIndentation(comments: readonly string[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const comment of comments) {
    if (comment === "") continue;
    let count = 0;
    while (isAsciiSpace(comment.charCodeAt(count))) count++;
    least = Math.min(least, count);
  }
  return Number.isFinite(least) ? least : 0;
}

function isIndented(comment: string, indentation: number): boolean {
  for (let at = 0; at < indentation; at++)
    if (comment.charCodeAt(at) !== 0x20) return false;
  return true;
}

/** Space, tab, LF, FF, CR. */
function isAsciiSpace(code: number): boolean {
  return (
    code === 0x20 ||
    code === 0x09 ||
    code === 0x0a ||
    code === 0x0c ||
    code === 0x0d
  );
}

/**
 * Whether a unit has the Unicode property White_Space, which Rust trims. JavaScript's `trim` also removes U+FEFF. It
 * does not remove U+0085, but that is forbidden in WIT.
 */
function isSpace(code: number): boolean {
  if (code < 128) return isAsciiSpace(code) || code === 0x0b;
  return code !== 0xfeff && String.fromCharCode(code).trim() === "";
}
