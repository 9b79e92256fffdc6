/** A copy of bytes that are a small part of a large array: some hosts pass the array on as a whole. */
export function compact(data: Uint8Array): Uint8Array {
  return data.byteLength * 2 < data.buffer.byteLength ? data.slice() : data;
}
