/**
 * The property under which jco has a function: that of the contract, without the `$` that a contract adds where a name is taken
 * in TypeScript. No name of WIT has a `$`, and jco, which adds none, gives up on names that JavaScript cannot have.
 *
 * @param key - the property of the contract.
 */
export function jcoKey(key: string): string {
  const end = key.indexOf("$");
  return end < 0 ? key : key.slice(0, end);
}

/** A plain name of WIT as jco exports it: in camel case, where words in capitals are words like others. */
export function camelCase(name: string): string {
  return name
    .toLowerCase()
    .replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** The name of an interface without its version: `a:b/c` for `a:b/c@1.0.0`. */
export function withoutVersion(name: string): string {
  return name.replace(/@.*$/, "");
}
