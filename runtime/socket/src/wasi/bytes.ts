/** Copies bytes that take up less than half of their `ArrayBuffer`: some hosts pass on the whole buffer. */
export function compact(data: Uint8Array): Uint8Array {
  return data.byteLength * 2 < data.buffer.byteLength ? data.slice() : data;
}
