import type { PrimitiveDescriptor, TypeDescriptor } from "./descriptor.js";

/** The AST node of a type, one level deep: the types inside it are unparsed text. */
export type ParsedType =
  | PrimitiveDescriptor
  | { readonly kind: "named"; readonly name: string }
  | {
      readonly kind: "list";
      readonly element: TypeDescriptor;
      readonly length?: number;
    }
  | {
      readonly kind: "map";
      readonly key: TypeDescriptor;
      readonly value: TypeDescriptor;
    }
  | { readonly kind: "option"; readonly element: TypeDescriptor }
  | {
      readonly kind: "result";
      readonly ok?: TypeDescriptor;
      readonly err?: TypeDescriptor;
    }
  | { readonly kind: "tuple"; readonly elements: readonly TypeDescriptor[] }
  | { readonly kind: "future"; readonly element?: TypeDescriptor }
  | { readonly kind: "stream"; readonly element?: TypeDescriptor }
  | { readonly kind: "own"; readonly resource: string }
  | { readonly kind: "borrow"; readonly resource: string };

/**
 * The cache of parsed types. Checking values parses the same text once for each value; the cache holds no more entries
 * than the descriptors have distinct types.
 */
const known = new Map<TypeDescriptor, ParsedType>();

/**
 * Parses the text of a type, one level deep.
 *
 * @throws TypeError - if the text is not a type.
 */
export function parseType(text: TypeDescriptor): ParsedType {
  let type = known.get(text);
  if (type === undefined) {
    type = read(text);
    known.set(text, type);
  }
  return type;
}

function read(text: TypeDescriptor): ParsedType {
  if (isPrimitive(text)) return text;
  const open = text.indexOf("<");
  const word = open < 0 ? text : text.slice(0, open);
  const parts = open < 0 ? [] : splitParts(text, open + 1);
  const [least, most] = counts.get(word) ?? [0, -1];
  const type =
    parts.length >= least && parts.length <= most
      ? construct(word, parts)
      : undefined;
  if (type !== undefined) return type;
  if (open < 0 && most < 0 && name.test(word))
    return { kind: "named", name: withoutEscape(word) };
  throw malformed(text);
}

/** The type constructors of WIT, and how many arguments they take. */
const counts: ReadonlyMap<string, readonly [least: number, most: number]> =
  new Map([
    ["list", [1, 2]],
    ["map", [2, 2]],
    ["option", [1, 1]],
    ["result", [0, 2]],
    ["tuple", [0, Infinity]],
    ["future", [0, 1]],
    ["stream", [0, 1]],
    ["own", [1, 1]],
    ["borrow", [1, 1]],
  ]);

/**
 * Builds the node of a type constructor, given a valid number of arguments. Returns `undefined` if the word is not a
 * type constructor, or an argument is invalid.
 */
function construct(
  word: string,
  parts: readonly string[],
): ParsedType | undefined {
  const [first = "", second] = parts;
  switch (word) {
    case "list":
      if (second === undefined) return { kind: "list", element: first };
      return /^\d+$/.test(second)
        ? { kind: "list", element: first, length: Number(second) }
        : undefined;
    case "map":
      return { kind: "map", key: first, value: second ?? "" };
    case "option":
      return { kind: "option", element: first };
    case "result":
      return {
        kind: "result",
        ...(first !== "" && first !== "_" && { ok: first }),
        ...(second !== undefined && { err: second }),
      };
    case "tuple":
      return { kind: "tuple", elements: parts };
    case "future":
    case "stream":
      return { kind: word, ...(first !== "" && { element: first }) };
    case "own":
    case "borrow":
      return { kind: word, resource: withoutEscape(first) };
    default:
      return undefined;
  }
}

/**
 * Splits the arguments of a type constructor at its top-level commas. The opening bracket is before `start`, and its
 * closing bracket must be the end of the text.
 */
function splitParts(text: string, start: number): string[] {
  const parts: string[] = [];
  let depth = 1;
  let from = start;
  let at = start;
  for (; at < text.length && depth > 0; at++) {
    const character = text[at];
    if (character === "<") depth++;
    else if (character === ">") depth--;
    const ends = depth === 0 || (depth === 1 && character === ",");
    if (!ends) continue;
    parts.push(text.slice(from, at).trim());
    from = at + 1;
  }
  if (depth > 0 || at < text.length) throw malformed(text);
  if (parts.length === 1 && parts[0] === "") return [];
  if (parts.includes("")) throw malformed(text);
  return parts;
}

function malformed(text: string): TypeError {
  return new TypeError(
    `a descriptor contains \`${text}\`, which is not a type`,
  );
}

const name = /^%?[a-z][a-z0-9-]*$/i;

/** Removes the `%` that distinguishes a WIT name from a keyword. */
function withoutEscape(word: string): string {
  return word.startsWith("%") ? word.slice(1) : word;
}

const primitives: Readonly<Record<PrimitiveDescriptor, true>> = {
  bool: true,
  u8: true,
  u16: true,
  u32: true,
  u64: true,
  s8: true,
  s16: true,
  s32: true,
  s64: true,
  f32: true,
  f64: true,
  char: true,
  string: true,
  "error-context": true,
};

function isPrimitive(text: string): text is PrimitiveDescriptor {
  return Object.hasOwn(primitives, text);
}
