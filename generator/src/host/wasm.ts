const magic = [0x00, 0x61, 0x73, 0x6d];
const [semicolon, openParenthesis, closeParenthesis, lineFeed] = [
  0x3b, 0x28, 0x29, 0x0a,
];

/**
 * Whether a file is WebAssembly rather than WIT. The criteria are those of the reference: the file begins with the
 * magic number of the binary format, or its first character after whitespace and comments of the text format is an
 * opening parenthesis.
 */
export function isWasm(bytes: Uint8Array): boolean {
  if (magic.every((byte, index) => bytes[index] === byte)) return true;
  let at = 0;
  for (;;) {
    const byte = bytes[at];
    if (byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === lineFeed)
      at++;
    else if (byte === semicolon && bytes[at + 1] === semicolon) {
      const end = bytes.indexOf(lineFeed, at);
      if (end < 0) return false;
      at = end;
    } else if (byte === openParenthesis && bytes[at + 1] === semicolon) {
      const end = blockCommentEnd(bytes, at);
      if (end < 0) return false;
      at = end;
    } else return byte === openParenthesis;
  }
}

/** Returns the offset after a comment `(; … ;)`, or -1 if it is not closed. These comments nest. */
function blockCommentEnd(bytes: Uint8Array, start: number): number {
  let depth = 0;
  let at = start;
  while (at < bytes.length) {
    if (bytes[at] === openParenthesis && bytes[at + 1] === semicolon) {
      depth++;
      at += 2;
    } else if (bytes[at] === semicolon && bytes[at + 1] === closeParenthesis) {
      depth--;
      at += 2;
      if (depth === 0) return at;
    } else at++;
  }
  return -1;
}
