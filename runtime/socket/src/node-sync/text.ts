/**
 * Short texts in shared memory: addresses, and the codes and messages of errors. `TextDecoder` rejects shared memory, so
 * each character is stored as one byte, which is enough for ASCII.
 */

/** Writes at most `limit` characters of `text` into `bytes` from `start`, and returns their number. */
export function writeText(
  bytes: Uint8Array,
  start: number,
  limit: number,
  text: string,
): number {
  const length = Math.min(text.length, limit);
  for (let index = 0; index < length; index += 1)
    bytes[start + index] = text.charCodeAt(index);
  return length;
}

/** Reads `length` characters from `start`. */
export function readText(
  bytes: Uint8Array,
  start: number,
  length: number,
): string {
  let text = "";
  for (let index = start; index < start + length; index += 1)
    text += String.fromCharCode(bytes[index] ?? 0);
  return text;
}

/** Whether the `length` characters from `start` are `text`. Allocates no string. */
export function hasText(
  bytes: Uint8Array,
  start: number,
  length: number,
  text: string,
): boolean {
  if (length !== text.length) return false;
  for (let index = 0; index < length; index += 1) {
    if (bytes[start + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}
