/** The byte that {@link bytesOf} uses for a non-ASCII unit and for the end of the text. */
export const beyond = 0xff;

/**
 * Converts a text to bytes, one for each UTF-16 unit, so that offsets in the bytes and in the text are the same.
 * Reading a byte array is much faster than calling `charCodeAt` for each unit of a string.
 *
 * @returns a byte for each unit: the ASCII code, or {@link beyond} if the unit is not ASCII and has to be read from the
 * text. Two more {@link beyond} follow at the end, so that the lexer can look ahead without a bounds check.
 */
export function bytesOf(text: string): Uint8Array {
  const { length } = text;
  const bytes = new Uint8Array(length + 2);
  const encoder = new TextEncoder();
  for (let start = 0; start < length; start += piece) {
    const end = Math.min(start + piece, length);
    const part = text.slice(start, end);
    // Two spare bytes let a non-ASCII character at the end of the piece be written in full, so that `written` exceeds
    // `read`. The next piece, or the end marker, overwrites them.
    const room = bytes.subarray(start, end + 2);
    const { read, written } = encoder.encodeInto(part, room);
    if (read !== end - start || written !== read)
      for (let at = start; at < end; at++) {
        const unit = text.charCodeAt(at);
        bytes[at] = unit < 128 ? unit : beyond;
      }
  }
  bytes[length] = bytes[length + 1] = beyond;
  return bytes;
}

/**
 * The number of units converted at once. A piece that is not all ASCII is converted again, unit by unit, which is
 * slower.
 */
const piece = 8192;
