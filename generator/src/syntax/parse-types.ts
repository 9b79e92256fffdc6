import type { Parameter, PrimitiveName, Type } from "./ast.js";
import {
  DocumentedParameter,
  NamedParameter,
  Primitive,
  TypeName,
} from "./nodes.js";
import type { TokenStream } from "./token-stream.js";
import { Token } from "./tokens.js";

/** How deep types may be nested, as in the reference. It also bounds the recursion here. */
const deepest = 100;

/**
 * ty ::= 'u8' | … | 'error-context' | 'tuple' … | 'list' … | 'map' … | 'option' … | 'result' …
 *      | 'future' … | 'stream' … | 'own' … | 'borrow' … | id
 */
export function parseType(tokens: TokenStream): Type {
  return parseNested(tokens, 0);
}

/** params ::= '(' ( id ':' ty ( ',' id ':' ty )* ','? )? ')' */
export function parseParameters(tokens: TokenStream): readonly Parameter[] {
  return tokens.list(
    Token.leftParenthesis,
    Token.rightParenthesis,
    parseParameter,
  );
}

/** ( '->' ty )? */
export function parseResult(tokens: TokenStream): Type | undefined {
  return tokens.eat(Token.arrow) ? parseType(tokens) : undefined;
}

function parseParameter(tokens: TokenStream): Parameter | undefined {
  const { docs } = tokens;
  const name = tokens.identifier();
  if (tokens.failed) return undefined;
  tokens.expect(Token.colon);
  const type = parseType(tokens);
  return docs < 0
    ? new NamedParameter(name, type)
    : new DocumentedParameter(name, type, docs);
}

function parseNested(tokens: TokenStream, depth: number): Type {
  const start = tokens.start;
  if (depth >= deepest && !tokens.failed) {
    tokens.problem("nesting-too-deep", tokens, { what: "types" });
    tokens.freeze();
  }
  switch (tokens.token) {
    case Token.identifier:
    case Token.escapedIdentifier:
      return new TypeName(tokens.identifier());
    case Token.bool:
      return parsePrimitive(tokens, "bool");
    case Token.u8:
      return parsePrimitive(tokens, "u8");
    case Token.u16:
      return parsePrimitive(tokens, "u16");
    case Token.u32:
      return parsePrimitive(tokens, "u32");
    case Token.u64:
      return parsePrimitive(tokens, "u64");
    case Token.s8:
      return parsePrimitive(tokens, "s8");
    case Token.s16:
      return parsePrimitive(tokens, "s16");
    case Token.s32:
      return parsePrimitive(tokens, "s32");
    case Token.s64:
      return parsePrimitive(tokens, "s64");
    case Token.f32:
      return parsePrimitive(tokens, "f32");
    case Token.f64:
      return parsePrimitive(tokens, "f64");
    case Token.char:
      return parsePrimitive(tokens, "char");
    case Token.stringKeyword:
      return parsePrimitive(tokens, "string");
    case Token.errorContext:
      return parsePrimitive(tokens, "error-context");
    case Token.list:
      return parseList(tokens, depth);
    case Token.option: {
      tokens.next();
      tokens.openAngle();
      const element = parseNested(tokens, depth + 1);
      tokens.closeAngle();
      return { kind: "option", start, end: tokens.previousEnd, element };
    }
    case Token.result:
      return parseResultType(tokens, depth);
    case Token.tuple: {
      tokens.next();
      const elements = parseElements(tokens, depth + 1);
      if (elements.length === 0) tokens.isUnusual = true;
      return { kind: "tuple", start, end: tokens.previousEnd, elements };
    }
    case Token.map: {
      tokens.next();
      tokens.openAngle();
      const key = parseNested(tokens, depth + 1);
      tokens.expect(Token.comma);
      const value = parseNested(tokens, depth + 1);
      tokens.closeAngle();
      return { kind: "map", start, end: tokens.previousEnd, key, value };
    }
    case Token.future: {
      tokens.next();
      const element = parseOptionalElement(tokens, depth + 1);
      return { kind: "future", start, end: tokens.previousEnd, element };
    }
    case Token.stream: {
      tokens.next();
      const element = parseOptionalElement(tokens, depth + 1);
      if (element?.kind === "primitive" && element.name === "char")
        tokens.isUnusual = true;
      return { kind: "stream", start, end: tokens.previousEnd, element };
    }
    case Token.own:
    case Token.borrow: {
      const kind = tokens.token === Token.own ? "own" : "borrow";
      tokens.next();
      tokens.openAngle();
      const resource = tokens.identifier();
      tokens.closeAngle();
      return { kind, start, end: tokens.previousEnd, resource };
    }
    default: {
      const end = tokens.previousEnd;
      tokens.unexpected("a type", suggestType(tokens));
      return { kind: "missing", start: end, end };
    }
  }
}

function parsePrimitive(tokens: TokenStream, name: PrimitiveName): Type {
  const start = tokens.start;
  tokens.next();
  return new Primitive(start, name);
}

/** 'list' '<' ty ( ',' integer )? '>' */
function parseList(tokens: TokenStream, depth: number): Type {
  const start = tokens.start;
  tokens.next();
  tokens.openAngle();
  const element = parseNested(tokens, depth + 1);
  let length: number | undefined;
  if (tokens.eat(Token.comma)) {
    if (tokens.token === Token.integer) length = readLength(tokens);
    else tokens.unexpected("the number of elements");
  }
  tokens.closeAngle();
  if (length === 0) tokens.isUnusual = true;
  return { kind: "list", start, end: tokens.previousEnd, element, length };
}

/** The reference takes leading zeros and zero itself, and 32 bits. */
function readLength(tokens: TokenStream): number {
  const digits = tokens.tokenText();
  const length = Number(digits);
  if (length > 0xffff_ffff) {
    tokens.problem("invalid-length", tokens, { length: digits });
  }
  tokens.next();
  return length > 0xffff_ffff ? 0xffff_ffff : length;
}

/** 'result' ( '<' ( ty ( ',' ty )? | '_' ',' ty ) '>' )? */
function parseResultType(tokens: TokenStream, depth: number): Type {
  const start = tokens.start;
  let ok: Type | undefined;
  let err: Type | undefined;
  tokens.next();
  if (tokens.token === Token.lessThan) {
    tokens.openAngle();
    if (tokens.eat(Token.underscore)) {
      tokens.expect(Token.comma);
      err = parseNested(tokens, depth + 1);
    } else {
      ok = parseNested(tokens, depth + 1);
      if (tokens.eat(Token.comma)) err = parseNested(tokens, depth + 1);
    }
    tokens.closeAngle();
  }
  return { kind: "result", start, end: tokens.previousEnd, ok, err };
}

/** ( '<' ty '>' )? */
function parseOptionalElement(
  tokens: TokenStream,
  depth: number,
): Type | undefined {
  if (tokens.token !== Token.lessThan) return undefined;
  tokens.openAngle();
  const element = parseNested(tokens, depth);
  tokens.closeAngle();
  return element;
}

/** '<' ( ty ( ',' ty )* ','? )? '>' */
function parseElements(tokens: TokenStream, depth: number): readonly Type[] {
  const mark = tokens.mark;
  tokens.openAngle();
  while (!tokens.failed && tokens.token !== Token.greaterThan) {
    tokens.collect(parseNested(tokens, depth));
    if (!tokens.eat(Token.comma)) break;
  }
  tokens.closeAngle("`,` or `>`");
  return tokens.collected<Type>(mark);
}

/** What people write where WIT says otherwise. */
function suggestType(tokens: TokenStream): { suggestion: string } | undefined {
  switch (tokens.token) {
    case Token.leftParenthesis:
      return {
        suggestion:
          "several results are written as a tuple, as in `-> tuple<u32, string>`",
      };
    case Token.underscore:
      return {
        suggestion: "leave the type out, as in `result<u32>` or `result`",
      };
    default:
      return undefined;
  }
}
