import { printWidth, shortKey } from "./layout.js";

/** A literal in the code: a text as it stands (a string with its quotes, a name), an object or an array. */
export type Data = string | ObjectData | ArrayData | LinesData;

/** An object literal. */
export interface ObjectData {
  readonly kind: "object";
  readonly entries: readonly Entry[];
  /** The whole on one line; absent where it has to be on several. */
  readonly flat: string | undefined;
}

/** A property of an object literal. */
export interface Entry {
  /** As it stands in the code, quoted where need be. */
  readonly key: string;
  readonly value: Data;
  /** Whether the value has to be an `as const`. */
  readonly constant?: boolean;
}

/** What every object has: the compiler looks for these in `Object` before it looks at an index signature. */
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
 * An entry of an object that is typed by an index signature. Under a name that every object has, the compiler does
 * not find the type that is expected, and would widen `"record"` to `string` unless told not to.
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
 * A literal that always stands on several lines and writes itself: most of a descriptor, which would be slow to make as an
 * object for each of its parts.
 */
export interface LinesData {
  readonly kind: "lines";
  readonly flat: undefined;
  /** Writes it into a line that begins with the given white space. */
  readonly write: (indentation: string) => string;
}

/** A literal that always stands on several lines, from what writes it. */
export function linesData(write: (indentation: string) => string): LinesData {
  return { kind: "lines", flat: undefined, write };
}

const plain = /^[\w\-:/.@+]*$/;

/** A string with its quotes. WIT names and versions need no escapes, but nothing breaks if they do. */
export function stringData(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text);
}

/** An object that stands on one line where it fits. */
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

/** An object that always stands on several lines. */
export function expandedData(entries: readonly Entry[]): ObjectData {
  return {
    kind: "object",
    entries,
    flat: entries.length === 0 ? "{}" : undefined,
  };
}

/** An array. Like Prettier, keeps several objects of several properties each on lines of their own. */
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

/** Nothing that is wider than a line can ever stand on one. */
function tooWide(text: string): string | undefined {
  return text.length > printWidth ? undefined : text;
}

function flatData(data: Data): string | undefined {
  return typeof data === "string" ? data : data.flat;
}

/** A key of an object, with quotes where it is no identifier. */
export function keyText(key: string): string {
  return isIdentifier(key) ? key : JSON.stringify(key);
}

const identifier = /^[A-Za-z_$][\w$]*$/;

/** Whether a name made of ASCII characters is an identifier, as far as ECMAScript 5 knows. */
function isIdentifier(name: string): boolean {
  return identifier.test(name);
}

/**
 * Writes a literal as Prettier does.
 *
 * @param data - the literal
 * @param indentation - the white space in front of the line that it begins in
 * @param used - how many columns of that line stand in front of the literal, its indentation included
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

/** One line, or several, of an object that is expanded. */
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

/** The same literal on several lines. */
function expanded(data: Data): Data {
  return typeof data === "string" ? data : { ...data, flat: undefined };
}

/** How far to the right a value needs to go on the line of its key, at the least. */
function startWidth(value: Data, used: number): number {
  if (typeof value === "string") return used + value.length + 1;
  return (
    used +
    (value.flat !== undefined && value.flat.length < 3
      ? value.flat.length + 1
      : 1)
  );
}

/** An element of a list in a descriptor: a parameter, a field, a flag. */
export interface MemberData {
  readonly name: string;
  readonly key?: string | undefined;
  /** As it stands in the code, quotes included. */
  readonly type?: string | undefined;
}

/** A list of members, behind `key: ` in a line that begins with the given white space. */
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
