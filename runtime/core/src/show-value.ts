/** Most characters that a shown value has. */
const longest = 200;

/** Most elements of a list that are shown. */
const mostElements = 8;

/** How deep records and lists are shown. */
const deepest = 4;

/**
 * A value in words, for a message: short whatever the value, never throwing, with `bigint`s, typed arrays and `undefined` shown,
 * which JSON cannot.
 */
export function showValue(value: unknown): string {
  let text: string;
  try {
    text = show(value, deepest);
  } catch {
    // A getter or a proxy that throws: the message it stands in matters more.
    text = typeof value;
  }
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

function show(value: unknown, depth: number): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(
        value.length > longest ? value.slice(0, longest) : value,
      );
    case "bigint":
      return `${value}n`;
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "function":
      return value.name === "" ? "a function" : `the function ${value.name}`;
    case "object":
      return value === null ? "null" : showObject(value, depth);
    case "boolean":
    case "symbol":
    case "undefined":
      return String(value);
  }
}

function showObject(value: object, depth: number): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (ArrayBuffer.isView(value)) {
    return `${value.constructor.name} of ${value.byteLength} bytes`;
  }
  if (depth === 0) return Array.isArray(value) ? "[…]" : "{…}";
  if (Array.isArray(value)) {
    const elements: readonly unknown[] = value;
    const shown = elements
      .slice(0, mostElements)
      .map((element) => show(element, depth - 1));
    if (elements.length > mostElements) {
      shown.push(`… ${elements.length - mostElements} more`);
    }
    return `[${shown.join(", ")}]`;
  }
  const shown = Object.entries(value)
    .slice(0, mostElements)
    .map(([key, entry]) => `${key}: ${show(entry, depth - 1)}`);
  const name = value.constructor === Object ? "" : className(value);
  return shown.length === 0 ? `${name}{}` : `${name}{ ${shown.join(", ")} }`;
}

function className(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null ? "" : `${value.constructor.name} `;
}
