/** Returns bytes whose `slice` shares their memory instead of copying it, as that of Node's `Buffer` does. */
export function sharingBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  return Object.defineProperty(bytes, "slice", {
    value: (start?: number, end?: number) => bytes.subarray(start, end),
  });
}
