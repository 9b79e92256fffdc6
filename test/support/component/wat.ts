// Pieces of WebAssembly text.

/** A clause such as `(param i32 i64)`, with a space in front; nothing for no types. */
export function clause(keyword: string, types: readonly string[]): string {
  return types.length === 0 ? "" : ` (${keyword} ${types.join(" ")})`;
}
