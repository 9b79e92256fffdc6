/**
 * Names of WIT in the cases of TypeScript. A WIT name is made of words joined by `-`, each all lower case or all upper
 * case. The results are those of jco, whose values ours have to fit: `HTTP-error` gives `httpError` and `HttpError`.
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
    // The version of a package, unlike a name, can have a `-` that joins nothing.
    const first = end === start ? "" : name.charAt(start);
    result += capital || start > 0 ? first.toUpperCase() : first.toLowerCase();
    result += name.slice(start + 1, end).toLowerCase();
    start = end + 1;
  }
  return result;
}
