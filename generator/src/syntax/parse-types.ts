import { parseAttributes } from "./parse-attributes.js";
import type { TokenStream } from "./token-stream.js";
import { Token } from "./tokens.js";
import { Kind, Mark, Size } from "./kind.js";

/**
 * The maximum nesting depth of types, as in the reference implementation. It also bounds the recursion of the parser.
 */
const maxDepth = 100;

/**
 * ty ::= 'u8' | … | 'error-context' | 'tuple' … | 'list' … | 'map' … | 'option' … | 'result' …
 *      | 'future' … | 'stream' … | 'own' … | 'borrow' … | id
 *
 * @returns the node of the type.
 */
export function parseType(tokens: TokenStream): number {
  return parseNested(tokens, 0);
}

/** params ::= '(' ( id ':' ty ( ',' id ':' ty )* ','? )? ')' */
export function parseParameters(tokens: TokenStream): void {
  tokens.list(Token.leftParenthesis, Token.rightParenthesis, parseParameter);
}

/**
 * ( '->' ty )?
 *
 * @returns the node of the type, or -1.
 */
export function parseResult(tokens: TokenStream): number {
  return tokens.eat(Token.arrow) ? parseType(tokens) : -1;
}

function parseParameter(tokens: TokenStream): void {
  const { docs } = tokens;
  if (tokens.token === Token.at) {
    tokens.problem("misplaced-attribute", tokens, { what: "a parameter" });
    parseAttributes(tokens);
  }
  const name = tokens.readName();
  if (tokens.failed) return;
  const { tree, nameStart, nameMark } = tokens;
  const node = tree.openMember(Kind.parameter, nameStart, name, nameMark, docs);
  tokens.expect(Token.colon);
  const type = parseType(tokens);
  tree.close(node, tree.end(type));
}

function parseNested(tokens: TokenStream, depth: number): number {
  const { tree, start } = tokens;
  if (depth >= maxDepth && !tokens.failed) {
    tokens.problem("nesting-too-deep", tokens, { what: "types" });
    tokens.freeze();
  }
  const primitive = primitiveKinds[tokens.token] as number;
  if (primitive > 0) {
    tokens.next();
    return tree.addPrimitive((primitive - 1) as Kind, start);
  }
  switch (tokens.token) {
    case Token.identifier:
    case Token.escapedIdentifier: {
      const name = tokens.readName();
      return tree.addNamed(start, name, tokens.nameMark);
    }
    case Token.list:
      return parseList(tokens, depth);
    case Token.option: {
      const node = tree.open(Kind.option, start, Size.type);
      tokens.next();
      tokens.openAngle();
      parseNested(tokens, depth + 1);
      tokens.closeAngle();
      return tree.close(node, tokens.previousEnd);
    }
    case Token.result:
      return parseResultType(tokens, depth);
    case Token.tuple: {
      const node = tree.open(Kind.tuple, start, Size.type);
      tokens.next();
      parseElements(tokens, depth + 1);
      if (tree.length === tree.inType(node)) tokens.isUnusual = true;
      return tree.close(node, tokens.previousEnd);
    }
    case Token.map: {
      const node = tree.open(Kind.map, start, Size.type);
      tokens.next();
      tokens.openAngle();
      parseNested(tokens, depth + 1);
      tokens.expect(Token.comma);
      parseNested(tokens, depth + 1);
      tokens.closeAngle();
      return tree.close(node, tokens.previousEnd);
    }
    case Token.future:
    case Token.stream: {
      const kind = tokens.token === Token.future ? Kind.future : Kind.stream;
      const node = tree.open(kind, start, Size.type);
      tokens.next();
      parseOptionalElement(tokens, depth + 1);
      const element = tree.inType(node);
      const isOfChar =
        element < tree.length && tree.kind(element) === Kind.char;
      if (kind === Kind.stream && isOfChar) tokens.isUnusual = true;
      return tree.close(node, tokens.previousEnd);
    }
    case Token.own:
    case Token.borrow: {
      const kind = tokens.token === Token.own ? Kind.own : Kind.borrow;
      const node = tree.open(kind, start, Size.handle);
      tokens.next();
      tokens.openAngle();
      const name = tokens.readName();
      tree.setResource(node, name, tokens.nameStart, tokens.nameMark);
      tokens.closeAngle();
      return tree.close(node, tokens.previousEnd);
    }
    default: {
      const end = tokens.previousEnd;
      tokens.unexpected("a type", suggestType(tokens));
      return tree.addPrimitive(Kind.missing, end);
    }
  }
}

/** For each token: the kind of its primitive type plus one; 0 if the token is not a primitive type. */
const primitiveKinds = new Uint8Array(128);
const primitiveTokens: readonly [Token, Kind][] = [
  [Token.bool, Kind.bool],
  [Token.u8, Kind.u8],
  [Token.u16, Kind.u16],
  [Token.u32, Kind.u32],
  [Token.u64, Kind.u64],
  [Token.s8, Kind.s8],
  [Token.s16, Kind.s16],
  [Token.s32, Kind.s32],
  [Token.s64, Kind.s64],
  [Token.f32, Kind.f32],
  [Token.f64, Kind.f64],
  [Token.char, Kind.char],
  [Token.stringKeyword, Kind.string],
  [Token.errorContext, Kind.errorContext],
];
for (const [token, kind] of primitiveTokens) primitiveKinds[token] = kind + 1;

/** 'list' '<' ty ( ',' integer )? '>' */
function parseList(tokens: TokenStream, depth: number): number {
  const { tree, start } = tokens;
  // The element comes before the length, so room for a length is always reserved.
  const node = tree.open(Kind.list, start, Size.list);
  tokens.next();
  tokens.openAngle();
  parseNested(tokens, depth + 1);
  let length: number | undefined;
  if (tokens.eat(Token.comma)) {
    if (tokens.token === Token.integer) length = readLength(tokens);
    else tokens.unexpected("the number of elements");
  }
  tokens.closeAngle();
  if (length === 0) tokens.isUnusual = true;
  if (length !== undefined) {
    tree.mark(node, Kind.fixedLengthList, Mark.none);
    tree.setOwn(node, length);
  }
  return tree.close(node, tokens.previousEnd);
}

/** Reads the length of a list. Like the reference, it accepts zero, leading zeros, and values of up to 32 bits. */
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
function parseResultType(tokens: TokenStream, depth: number): number {
  const { tree, start } = tokens;
  const node = tree.open(Kind.result, start, Size.type);
  tokens.next();
  if (tokens.token === Token.lessThan) {
    tokens.openAngle();
    let marks: number;
    refuseEmpty(tokens);
    if (tokens.eat(Token.underscore)) {
      expectComma(tokens);
      marks = Mark.hasErr;
      parseNested(tokens, depth + 1);
    } else {
      marks = Mark.hasOk;
      parseNested(tokens, depth + 1);
      if (tokens.eat(Token.comma)) {
        marks |= Mark.hasErr;
        parseNested(tokens, depth + 1);
      }
    }
    tree.mark(node, Kind.result, marks);
    tokens.closeAngle();
  }
  return tree.close(node, tokens.previousEnd);
}

/** ( '<' ty '>' )? */
function parseOptionalElement(tokens: TokenStream, depth: number): void {
  if (tokens.token !== Token.lessThan) return;
  tokens.openAngle();
  refuseEmpty(tokens);
  parseNested(tokens, depth);
  tokens.closeAngle();
}

/** Consumes the comma after `_`. */
function expectComma(tokens: TokenStream): void {
  tokens.expect(
    Token.comma,
    tokens.token === Token.greaterThan
      ? { suggestion: "without types, write just `result`" }
      : undefined,
  );
}

/** Reports an empty `<>`, which must be left out. */
function refuseEmpty(tokens: TokenStream): void {
  if (tokens.token === Token.greaterThan)
    tokens.unexpected("a type", { suggestion: "leave `<>` out" });
}

/** '<' ( ty ( ',' ty )* ','? )? '>' */
function parseElements(tokens: TokenStream, depth: number): void {
  tokens.openAngle();
  while (!tokens.failed && tokens.token !== Token.greaterThan) {
    parseNested(tokens, depth);
    if (!tokens.eat(Token.comma)) break;
  }
  tokens.closeAngle("`,` or `>`");
}

/** Returns a suggestion for a common mistake at the place of a type. */
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
