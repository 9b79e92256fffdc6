/** Stands in {@link bytesOf} for a unit beyond ASCII, and for the end of the text. */
export const beyond = 0xff;

/**
 * The ASCII characters of a text as bytes, one for each UTF-16 unit, so that offsets are those of the text. Reading bytes is a
 * good deal faster than asking a string for each of its units.
 *
 * @returns a byte for each unit, {@link beyond} for those that are not ASCII, which have to be looked up in the text itself; and two
 * of those at the end
 */
export function bytesOf(text: string): Uint8Array {
  const { length } = text;
  const bytes = new Uint8Array(length + 2);
  const encoder = new TextEncoder();
  for (let start = 0; start < length; start += piece) {
    const end = Math.min(start + piece, length);
    const part = text.slice(start, end);
    // With room to spare, so that what is not ASCII takes more bytes than it has units; the next piece writes over it.
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

/** How much of a text is converted at once: where a piece has more than ASCII in it, that takes longer. */
const piece = 8192;
