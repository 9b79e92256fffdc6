/**
 * Short texts in shared memory: addresses and the names of errors. They are ASCII, and `TextDecoder` refuses shared
 * memory, so they are written one byte a character.
 */

/** Writes `text` into `bytes` from `start`, at most `limit` characters, and returns how many. */
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

/** Reads `length` characters. */
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

/** Whether `bytes` has `text` at `start`, without making a string. */
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
