import type { PrimitiveDescriptor, TypeDescriptor } from "./descriptor.js";

/** What the text of a type says, one level of it: the types inside of it are texts again. */
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

/** The types that were read already: there are as many as descriptors have, and values are checked by them one by one. */
const known = new Map<TypeDescriptor, ParsedType>();

/**
 * Reads the text of a type.
 *
 * @throws TypeError - if it is none.
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

/** The words of WIT that make types of others, and how many of those they take. */
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

/** What a word makes of as many parts as it takes. */
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

/** What stands between the brackets, the first of which is before `start`, and the last at the end of the text. */
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

/** A name as WIT has it without the `%` that tells it from a word of the language. */
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
