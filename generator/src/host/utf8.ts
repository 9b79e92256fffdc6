/** The result of decoding UTF-8. */
export type Decoded =
  | { readonly text: string; readonly invalidAt: undefined }
  /** For invalid UTF-8: the text with replacement characters, and the offset in it of the first invalid sequence. */
  | { readonly text: string; readonly invalidAt: number };

/** Decodes UTF-8. A byte order mark is kept in the text; the lexer skips it. */
export function decodeUtf8(bytes: Uint8Array): Decoded {
  try {
    return {
      text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
        bytes,
      ),
      invalidAt: undefined,
    };
  } catch {
    const lenient = new TextDecoder("utf-8", { ignoreBOM: true });
    const valid = bytes.subarray(0, firstInvalid(bytes));
    return {
      text: lenient.decode(bytes),
      invalidAt: lenient.decode(valid).length,
    };
  }
}

/** Returns the offset of the first sequence that is not well-formed (Unicode Standard, table 3-7). */
function firstInvalid(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) return at;
    at += length;
  }
  return at;
}

/** Returns the length of the sequence at an offset, or 0 if it is not well-formed. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  const second = bytes[at + 1] ?? 0;
  const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) return 0;
  for (let index = 2; index < length; index++) {
    const next = bytes[at + index] ?? 0;
    if (next < 0x80 || next > 0xbf) return 0;
  }
  return length;
}
