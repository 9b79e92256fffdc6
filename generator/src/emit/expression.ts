import { globalSymbol, type GlobalName, type NameSymbol } from "./symbols.js";

/** A TypeScript type, with symbols instead of names. Immutable, and shared between all places that mention it. */
export type TypeExpression =
  /** Verbatim text without symbols: `number`, `"literal"`. */
  | { readonly kind: "text"; readonly text: string }
  /** `Name` or `Name<A, B>` */
  | {
      readonly kind: "name";
      readonly symbol: NameSymbol;
      readonly arguments?: readonly TypeExpression[];
    }
  /** `Element[]` */
  | { readonly kind: "array"; readonly element: TypeExpression }
  | { readonly kind: "tuple"; readonly elements: readonly TypeExpression[] }
  | { readonly kind: "union"; readonly members: readonly TypeExpression[] }
  /** An object type literal, for the cases of variants. */
  | { readonly kind: "object"; readonly properties: readonly Property[] };

/** A property of an object type. */
export interface Property {
  readonly key: string;
  readonly type: TypeExpression;
}

const texts = new Map<string, TypeExpression>();

/** A type that is written verbatim. The same text gives the same object. */
export function textType(text: string): TypeExpression {
  let expression = texts.get(text);
  if (expression === undefined)
    texts.set(text, (expression = { kind: "text", text }));
  return expression;
}

/** A reference to a named type, with optional type arguments. */
export function nameType(
  symbol: NameSymbol,
  ...typeArguments: TypeExpression[]
): TypeExpression {
  return typeArguments.length === 0
    ? { kind: "name", symbol }
    : { kind: "name", symbol, arguments: typeArguments };
}

/** A reference to a global type. */
export function globalType(
  name: GlobalName,
  ...typeArguments: TypeExpression[]
): TypeExpression {
  return nameType(globalSymbol(name), ...typeArguments);
}

/** `T | undefined` */
export function orUndefined(type: TypeExpression): TypeExpression {
  return { kind: "union", members: [type, textType("undefined")] };
}

/** The operand of a type made by {@link orUndefined}; any other type unchanged. */
export function withoutUndefined(type: TypeExpression): TypeExpression {
  if (type.kind !== "union") return type;
  const [first, last, ...others] = type.members;
  return first !== undefined &&
    last === textType("undefined") &&
    others.length === 0
    ? first
    : type;
}

/** Calls `visit` for every symbol in a type. */
export function eachSymbol(
  type: TypeExpression,
  visit: (symbol: NameSymbol) => void,
): void {
  switch (type.kind) {
    case "text":
      return;
    case "name":
      visit(type.symbol);
      if (type.arguments !== undefined) eachSymbolOf(type.arguments, visit);
      return;
    case "array":
      eachSymbol(type.element, visit);
      return;
    case "tuple":
      eachSymbolOf(type.elements, visit);
      return;
    case "union":
      eachSymbolOf(type.members, visit);
      return;
    case "object":
      type.properties.forEach((property) => {
        eachSymbol(property.type, visit);
      });
  }
}

function eachSymbolOf(
  types: readonly TypeExpression[],
  visit: (symbol: NameSymbol) => void,
): void {
  types.forEach((type) => {
    eachSymbol(type, visit);
  });
}
