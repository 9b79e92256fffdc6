import type { TypeExpression } from "./expression.js";
import type { NameSymbol } from "./symbols.js";

/** Maps symbols to their names in the file being printed, and gives the indentation of its declarations. */
export interface Names {
  (symbol: NameSymbol): string;
  /** The white space in front of a declaration; empty except in an ambient module. */
  readonly indentation: string;
}

/** Writes a type on one line, as Prettier prints it if it fits. */
export function flatType(type: TypeExpression, names: Names): string {
  switch (type.kind) {
    case "text":
      return type.text;
    case "name": {
      const name = names(type.symbol);
      return type.arguments === undefined
        ? name
        : `${name}<${flatTypes(type.arguments, names, ", ")}>`;
    }
    case "array":
      return type.element.kind === "union"
        ? `(${flatType(type.element, names)})[]`
        : `${flatType(type.element, names)}[]`;
    case "tuple":
      return `[${flatTypes(type.elements, names, ", ")}]`;
    case "union":
      return flatTypes(type.members, names, " | ");
    case "object": {
      let text = "{ ";
      type.properties.forEach((property, index) => {
        text += `${index > 0 ? "; " : ""}${property.key}: ${flatType(property.type, names)}`;
      });
      return `${text} }`;
    }
  }
}

function flatTypes(
  types: readonly TypeExpression[],
  names: Names,
  separator: string,
): string {
  let text = "";
  types.forEach((type) => {
    if (text !== "") text += separator;
    text += type.kind === "text" ? type.text : flatType(type, names);
  });
  return text;
}
