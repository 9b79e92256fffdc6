import { printWidth, shortKey } from "./layout.js";

/** A literal in the generated code: verbatim text (a quoted string or a name), an object or an array. */
export type Data = string | ObjectData | ArrayData | LinesData;

/** An object literal. */
export interface ObjectData {
  readonly kind: "object";
  readonly entries: readonly Entry[];
  /** The literal on one line; `undefined` if it has to span several. */
  readonly flat: string | undefined;
}

/** A property of an object literal. */
export interface Entry {
  /** The key as written in the code, quoted if necessary. */
  readonly key: string;
  readonly value: Data;
  /** Whether the value needs `as const`. */
  readonly constant?: boolean;
}

/** The members of `Object`. The compiler resolves these names there before it considers an index signature. */
const inherited: ReadonlySet<string> = new Set([
  "constructor",
  "hasOwnProperty",
  "isPrototypeOf",
  "propertyIsEnumerable",
  "toLocaleString",
  "toString",
  "valueOf",
]);

/**
 * An entry of an object whose type has an index signature. If the name is a member of `Object`, the compiler does not
 * use the index signature as contextual type, and without `as const` would widen `"record"` to `string`.
 */
export function indexedEntry(name: string, value: Data): Entry {
  const key = keyText(name);
  return inherited.has(name) ? { key, value, constant: true } : { key, value };
}

/** An array literal. */
export interface ArrayData {
  readonly kind: "array";
  readonly elements: readonly Data[];
  readonly flat: string | undefined;
}

/**
 * A literal that always spans several lines and is printed by a callback. Most of a descriptor consists of these, because
 * allocating an object for each of its parts would be slow.
 */
export interface LinesData {
  readonly kind: "lines";
  readonly flat: undefined;
  /** Returns the literal, for a line that begins with the given indentation. */
  readonly write: (indentation: string) => string;
}

/** Makes a literal that always spans several lines from the callback that prints it. */
export function linesData(write: (indentation: string) => string): LinesData {
  return { kind: "lines", flat: undefined, write };
}

const plain = /^[\w\-:/.@+]*$/;

/** A quoted string. WIT names and versions need no escapes; any other text is escaped. */
export function stringData(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** An object literal that is written on one line if it fits. */
export function objectData(...entries: Entry[]): ObjectData {
  let text = "";
  const isFlat = entries.every(({ key, value }) => {
    const flat = flatData(value);
    if (flat === undefined) return false;
    text += `${text === "" ? "{ " : ", "}${key}: ${flat}`;
    return true;
  });
  if (!isFlat) return { kind: "object", entries, flat: undefined };
  return {
    kind: "object",
    entries,
    flat: text === "" ? "{}" : tooWide(`${text} }`),
  };
}

/** An object literal that always spans several lines, unless it is empty. */
export function expandedData(entries: readonly Entry[]): ObjectData {
  return {
    kind: "object",
    entries,
    flat: entries.length === 0 ? "{}" : undefined,
  };
}

/** An array literal. As in Prettier, several objects (or arrays) with more than one entry each go on separate lines. */
export function arrayData(elements: readonly Data[]): ArrayData {
  if (
    elements.length > 1 &&
    elements.every((element) => isLarge(element, elements[0]))
  ) {
    return { kind: "array", elements, flat: undefined };
  }
  let text = "";
  for (const element of elements) {
    const flat = flatData(element);
    if (flat === undefined || text.length > printWidth)
      return { kind: "array", elements, flat: undefined };
    text += (text === "" ? "" : ", ") + flat;
  }
  return { kind: "array", elements, flat: tooWide(`[${text}]`) };
}

function isLarge(element: Data, first: Data | undefined): boolean {
  if (
    typeof element === "string" ||
    typeof first !== "object" ||
    element.kind === "lines" ||
    element.kind !== first.kind
  )
    return false;
  return (
    (element.kind === "object" ? element.entries : element.elements).length > 1
  );
}

/** The text; `undefined` if it is wider than a line, and so cannot be written on one at any indentation. */
function tooWide(text: string): string | undefined {
  return text.length > printWidth ? undefined : text;
}

function flatData(data: Data): string | undefined {
  return typeof data === "string" ? data : data.flat;
}

/** The key of an object, quoted if it is not an identifier. */
export function keyText(key: string): string {
  return isIdentifier(key) ? key : JSON.stringify(key);
}

const identifier = /^[A-Za-z_$][\w$]*$/;

/** Whether a name is an ECMAScript 5 identifier name that consists of ASCII characters. */
function isIdentifier(name: string): boolean {
  return identifier.test(name);
}

/**
 * Writes a literal as Prettier formats it.
 *
 * @param data - the literal
 * @param indentation - the indentation of the line that the literal begins in
 * @param used - the number of columns in front of the literal in that line, including the indentation
 */
export function dataText(
  data: Data,
  indentation: string,
  used: number,
): string {
  if (typeof data === "string") return data;
  if (data.flat !== undefined && used + data.flat.length + 1 <= printWidth)
    return data.flat;
  if (data.kind === "lines") return data.write(indentation);
  const inner = `${indentation}  `;
  let text = "";
  if (data.kind === "object") {
    data.entries.forEach((entry) => {
      text += entryText(entry, inner);
    });
    return `{\n${text}${indentation}}`;
  }
  data.elements.forEach((element) => {
    text += `${inner}${dataText(element, inner, inner.length)},\n`;
  });
  return `[\n${text}${indentation}]`;
}

/** An entry of an object literal that spans several lines: one or more whole lines. */
export function entryText(
  { key, value, constant }: Entry,
  indentation: string,
): string {
  const used = indentation.length + key.length + 2;
  if (constant !== true) {
    const flat = typeof value === "string" ? value : value.flat;
    if (flat !== undefined && used + flat.length + 1 <= printWidth)
      return `${indentation}${key}: ${flat},\n`;
  } else {
    const flat = flatData(value);
    const fits =
      flat !== undefined &&
      used + flat.length + " as const,".length <= printWidth;
    return `${indentation}${key}: ${fits ? flat : dataText(expanded(value), indentation, used)} as const,\n`;
  }
  if (key.length >= shortKey && startWidth(value, used) > printWidth) {
    const inner = `${indentation}  `;
    return `${indentation}${key}:\n${inner}${dataText(value, inner, inner.length)},\n`;
  }
  return `${indentation}${key}: ${dataText(value, indentation, used)},\n`;
}

/** The same literal, forced to span several lines. */
function expanded(data: Data): Data {
  return typeof data === "string" ? data : { ...data, flat: undefined };
}

/**
 * The minimum width of a key's line if its value begins on it. An object or array that is not empty needs only its
 * opening bracket there.
 */
function startWidth(value: Data, used: number): number {
  if (typeof value === "string") return used + value.length + 1;
  return (
    used +
    (value.flat !== undefined && value.flat.length < 3
      ? value.flat.length + 1
      : 1)
  );
}

/** An element of a list in a descriptor: a parameter, a field or a flag. */
export interface MemberData {
  readonly name: string;
  readonly key?: string | undefined;
  /** The type as written in the code, including quotes. */
  readonly type?: string | undefined;
}

/** A list of members, for a line that begins with the given indentation and `key: `. */
export function membersText(
  key: string,
  members: readonly MemberData[],
  indentation: string,
): string {
  const first = members[0];
  if (first === undefined) return "[]";
  const used = indentation.length + key.length + ": ".length;
  const flat = flatMember(first);
  const fits = used + flat.length + "[],".length <= printWidth;
  if (members.length === 1 && fits) return `[${flat}]`;
  const inner = `${indentation}  `;
  let text = "[\n";
  members.forEach((member) => {
    text += `${inner}${memberText(member, inner)},\n`;
  });
  return `${text}${indentation}]`;
}

function memberText(member: MemberData, indentation: string): string {
  const flat = flatMember(member);
  if (indentation.length + flat.length + 1 <= printWidth) return flat;
  const { name, key, type } = member;
  const inner = `${indentation}  `;
  let text = `{\n${entryText({ key: "name", value: stringData(name) }, inner)}`;
  if (key !== undefined)
    text += entryText({ key: "key", value: stringData(key) }, inner);
  if (type !== undefined)
    text += entryText({ key: "type", value: type }, inner);
  return `${text}${indentation}}`;
}

function flatMember({ name, key, type }: MemberData): string {
  let text = `{ name: ${stringData(name)}`;
  if (key !== undefined) text += `, key: ${stringData(key)}`;
  if (type !== undefined) text += `, type: ${type}`;
  return `${text} }`;
}
