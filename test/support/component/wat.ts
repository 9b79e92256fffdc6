// Helpers for writing WebAssembly text.

/** A clause such as `(param i32 i64)`, with a leading space. Empty if there are no types. */
export function clause(keyword: string, types: readonly string[]): string {
  return types.length === 0 ? "" : ` (${keyword} ${types.join(" ")})`;
}
