/**
 * Converts WIT names to TypeScript's camel case and Pascal case. A WIT name consists of words joined by `-`, each all
 * lower case or all upper case. The results equal those of jco, with whose values the generated types have to be
 * compatible: `HTTP-error` gives `httpError` and `HttpError`.
 */

const camelCases = new Map<string, string>();
const pascalCases = new Map<string, string>();

/** `send-to` as `sendTo`: for functions, parameters and fields. */
export function camelCase(name: string): string {
  let result = camelCases.get(name);
  if (result === undefined) {
    result = joinWords(name, false);
    camelCases.set(name, result);
  }
  return result;
}

/** `socket-error` as `SocketError`: for types, interfaces and cases. */
export function pascalCase(name: string): string {
  let result = pascalCases.get(name);
  if (result === undefined) {
    result = joinWords(name, true);
    pascalCases.set(name, result);
  }
  return result;
}

function joinWords(name: string, capital: boolean): string {
  let result = "";
  let start = 0;
  while (start <= name.length) {
    let end = name.indexOf("-", start);
    if (end < 0) end = name.length;
    // A package version, unlike a name, can contain empty words: `1.0.0--a`.
    const first = end === start ? "" : name.charAt(start);
    result += capital || start > 0 ? first.toUpperCase() : first.toLowerCase();
    result += name.slice(start + 1, end).toLowerCase();
    start = end + 1;
  }
  return result;
}
