/** Copies the first `length` bytes into plain ones: the caller's may be of a class whose `slice` shares them, such as `Buffer`. */
export function copyOf(
  data: Uint8Array,
  length: number = data.length,
): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, length).slice();
}
