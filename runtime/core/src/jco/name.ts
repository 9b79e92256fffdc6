/**
 * Returns the property that jco uses for a function: the property of the contract without the suffix, such as `$`, that
 * the contract adds to a name that is taken in TypeScript. WIT names contain no `$`. jco adds no such suffix, and fails
 * on names that JavaScript does not allow.
 *
 * @param key - the property of the contract.
 */
export function jcoKey(key: string): string {
  const end = key.indexOf("$");
  return end < 0 ? key : key.slice(0, end);
}

/** Converts a plain WIT name to the camel case of jco's exports. Words in capitals are treated like other words. */
export function camelCase(name: string): string {
  return name
    .toLowerCase()
    .replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** The name of an interface without its version: `a:b/c` for `a:b/c@1.0.0`. */
export function withoutVersion(name: string): string {
  return name.replace(/@.*$/, "");
}
