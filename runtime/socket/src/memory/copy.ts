/**
 * Copies the first `length` bytes into a plain `Uint8Array`. The `slice` of `data` itself may share memory, as that of
 * `Buffer` does.
 */
export function copyOf(
  data: Uint8Array,
  length: number = data.length,
): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, length).slice();
}
