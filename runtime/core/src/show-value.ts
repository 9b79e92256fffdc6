/** The maximum length of the text. */
const longest = 200;

/** The maximum number of elements or properties that are shown. */
const mostElements = 8;

/** The maximum nesting depth of records and lists that is shown. */
const deepest = 4;

/**
 * Describes a value for a message. The text is short for every value, and the function never throws. Unlike JSON, it
 * shows `bigint`s, typed arrays and `undefined`.
 */
export function showValue(value: unknown): string {
  let text: string;
  try {
    text = show(value, deepest);
  } catch {
    // A getter or proxy threw. The message that the text is for must still be shown.
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
