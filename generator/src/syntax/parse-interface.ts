import type { Attribute, Use, UseName } from "./ast.js";
import { nearestName } from "../diagnostics/did-you-mean.js";
import { parseAttributes } from "./parse-attributes.js";
import { parseUsePath } from "./parse-paths.js";
import { parseParameters, parseResult, parseType } from "./parse-types.js";
import {
  hintAfterSignature,
  hintAfterUse,
  hintForFunction,
  hintForItem,
} from "./hints.js";
import type { TokenStream } from "./token-stream.js";
import { isKeyword, Token } from "./tokens.js";
import { Kind, Mark, Size } from "./kind.js";
import type { TreeNodes } from "./tree-file.js";

/** '{' ( attrs ( typedef | func-item | use ) )* '}' */
export function parseInterfaceItems(tokens: TokenStream): TreeNodes {
  const { tree, mark } = tokens;
  const from = tree.length;
  tokens.block(parseInterfaceItem, startsInterfaceItem);
  return { from, to: tree.length, uses: tokens.collected<Use>(mark) };
}

/**
 * func ::= 'async'? 'func' params ( '->' ty )?
 *
 * @returns the node of the function type.
 */
export function parseFunctionType(tokens: TokenStream): number {
  const { tree, start } = tokens;
  const async = tokens.eat(Token.async) ? Mark.async : Mark.none;
  const node = tree.open(Kind.functionType | async, start, Size.functionType);
  tokens.expect(Token.func);
  return parseSignature(tokens, node);
}

/** params ( '->' ty )? */
function parseSignature(tokens: TokenStream, node: number): number {
  const { tree } = tokens;
  parseParameters(tokens);
  tree.setOwn(node, parseResult(tokens));
  tree.close(node, tokens.previousEnd);
  // If nothing could be parsed, the node has begun at the next token, which is after its end.
  tree.limitStart(node);
  return node;
}

/** Whether a token begins a type definition. */
export function startsTypeDefinition(token: Token): boolean {
  switch (token) {
    case Token.type:
    case Token.record:
    case Token.flags:
    case Token.variant:
    case Token.enum:
    case Token.resource:
      return true;
    default:
      return false;
  }
}

/**
 * typedef ::= 'type' id '=' ty ';'
 *           | 'record' id '{' … '}' | 'flags' id '{' … '}' | 'variant' id '{' … '}' | 'enum' id '{' … '}'
 *           | 'resource' id ( ';' | '{' … '}' )
 *
 * A definition whose name can be parsed is kept even if the rest is broken, so that references to it are not reported
 * as unknown.
 *
 * @returns the node of the definition, or -1.
 */
export function parseTypeDefinition(
  tokens: TokenStream,
  start: number,
  docs: number,
  attributes: readonly Attribute[],
): number {
  const { tree, token: keyword } = tokens;
  const wordStart = tokens.start;
  tokens.next();
  if (tokens.token === Token.colon) {
    skipFunction(tokens, wordStart);
    return -1;
  }
  const name = tokens.readName();
  if (tokens.failed && name === 0) return -1;
  const node = tree.openItem(definitionKind(keyword), start, docs, attributes);
  tree.setName(node, name, tokens.nameStart, tokens.nameMark);
  switch (keyword) {
    case Token.type:
      tokens.expect(Token.equals);
      parseType(tokens);
      tokens.expect(Token.semicolon);
      break;
    case Token.record:
      tokens.list(Token.leftBrace, Token.rightBrace, parseField);
      break;
    case Token.flags:
      tokens.list(Token.leftBrace, Token.rightBrace, parseFlag);
      break;
    case Token.variant:
      tokens.list(Token.leftBrace, Token.rightBrace, parseVariantCase);
      break;
    case Token.enum:
      tokens.list(Token.leftBrace, Token.rightBrace, parseEnumCase);
      break;
    default:
      if (tokens.token === Token.leftBrace)
        tokens.block(parseResourceMethod, startsResourceMethod);
      else if (!tokens.eat(Token.semicolon)) tokens.unexpected("`;` or `{`");
  }
  return tree.close(node, tokens.previousEnd);
}

/** Reports a function whose name is a keyword without `%`, as in `type: func()`, and skips it. */
function skipFunction(tokens: TokenStream, wordStart: number): void {
  const { tree } = tokens;
  const word = tokens.text.slice(wordStart, tokens.previousEnd);
  const values = { expected: "a name", found: "`:`" };
  tokens.problem("unexpected-token", tokens, values, {
    suggestion: `a function of that name is written \`%${word}: func(…)\``,
  });
  tokens.next();
  if (tokens.token !== Token.func && tokens.token !== Token.async) {
    tokens.freeze();
    return;
  }
  const end = tree.length;
  parseFunctionType(tokens);
  tree.drop(end);
  tokens.expect(Token.semicolon, hintAfterSignature(tokens.token));
}

function definitionKind(keyword: Token): Kind {
  switch (keyword) {
    case Token.type:
      return Kind.type;
    case Token.record:
      return Kind.record;
    case Token.flags:
      return Kind.flags;
    case Token.variant:
      return Kind.variant;
    case Token.enum:
      return Kind.enum;
    default:
      return Kind.resource;
  }
}

/** use ::= 'use' use-path '.' '{' ( id ( 'as' id )? ( ',' … )* ','? )? '}' ';' */
export function parseUse(
  tokens: TokenStream,
  start: number,
  docs: number,
  attributes: readonly Attribute[],
): Use {
  tokens.next();
  const path = parseUsePath(tokens);
  tokens.expect(Token.period, hintAfterUse(tokens.token));
  // Parse the used names even if the path is broken, so that references to them are not reported as unknown.
  if (tokens.failed) tokens.recoverAtBrace();
  const { mark } = tokens;
  tokens.list(Token.leftBrace, Token.rightBrace, parseUseName);
  const names = tokens.collected<UseName>(mark);
  tokens.expect(Token.semicolon);
  return {
    kind: "use",
    start,
    end: tokens.previousEnd,
    docs,
    attributes,
    path,
    names,
  };
}

function startsInterfaceItem(token: Token): boolean {
  return (
    token === Token.identifier ||
    token === Token.escapedIdentifier ||
    token === Token.use ||
    token === Token.at ||
    startsTypeDefinition(token)
  );
}

/** attrs ( typedef | func-item | use ) */
function parseInterfaceItem(tokens: TokenStream): void {
  const { tree, docs, start } = tokens;
  const attributes = parseAttributes(tokens);
  const token = tokens.token;
  if (token === Token.identifier || token === Token.escapedIdentifier) {
    parseFunctionItem(tokens, start, docs, attributes);
  } else if (startsTypeDefinition(token)) {
    parseTypeDefinition(tokens, start, docs, attributes);
  } else if (token === Token.use) {
    const use = parseUse(tokens, start, docs, attributes);
    tokens.collect(use);
    const node = tree.openItem(Kind.use, start, docs, attributes);
    tree.setOwn(node, tree.uses.push(use) - 1);
    tree.close(node, use.end);
  } else if (isKeyword(token) && tokens.peek() === Token.colon) {
    parseFunctionItem(tokens, start, docs, attributes);
  } else {
    tokens.unexpected(
      "a type, a function, `use` or `}`",
      hintForItem(tokens.token),
    );
  }
}

/** func-item ::= id ':' func ';' */
function parseFunctionItem(
  tokens: TokenStream,
  start: number,
  docs: number,
  attributes: readonly Attribute[],
): void {
  const { tree } = tokens;
  const name = tokens.readName();
  if (tokens.token !== Token.colon) {
    const word = tokens.names.text(name);
    tokens.unexpected("`:`", hintForFunction(word) ?? suggestKeyword(word));
    return;
  }
  const node = tree.openItem(Kind.function, start, docs, attributes);
  tree.setName(node, name, tokens.nameStart, tokens.nameMark);
  tokens.next();
  parseFunctionType(tokens);
  tokens.expect(Token.semicolon, hintAfterSignature(tokens.token));
  tree.close(node, tokens.previousEnd);
}

/** Suggests a keyword: a misspelled keyword is parsed as the name of a function. */
function suggestKeyword(name: string): { suggestion: string } | undefined {
  const nearest = nearestName(name, [
    "record",
    "flags",
    "variant",
    "enum",
    "resource",
    "type",
    "use",
  ]);
  return nearest === undefined
    ? undefined
    : { suggestion: `did you mean \`${nearest}\` instead of \`${name}\`?` };
}

function startsResourceMethod(token: Token): boolean {
  return (
    token === Token.identifier ||
    token === Token.escapedIdentifier ||
    token === Token.constructor ||
    token === Token.at
  );
}

/**
 * method ::= 'constructor' params ( '->' ty )? ';'
 *          | id ':' 'static'? func ';'
 */
function parseResourceMethod(tokens: TokenStream): void {
  const { tree, docs, start } = tokens;
  const attributes = parseAttributes(tokens);
  const { token } = tokens;
  if (token === Token.constructor) {
    const node = tree.openItem(Kind.constructor, start, docs, attributes);
    tree.setName(node, 0, tokens.start, 0);
    tokens.next();
    if (tokens.token === Token.colon)
      tokens.unexpected("`(`", {
        suggestion:
          "a constructor is written `constructor(…)`, and a function of that name `%constructor: func(…)`",
      });
    const at = tree.open(Kind.functionType, tokens.start, Size.functionType);
    parseSignature(tokens, at);
    tokens.expect(Token.semicolon);
    tree.close(node, tokens.previousEnd);
    return;
  }
  if (
    token !== Token.identifier &&
    token !== Token.escapedIdentifier &&
    !(isKeyword(token) && tokens.peek() === Token.colon)
  ) {
    tokens.unexpected("a method, `constructor` or `}`", hintForItem(token));
    return;
  }
  const name = tokens.readName();
  const { nameStart, nameMark } = tokens;
  tokens.expect(Token.colon);
  if (tokens.failed) return;
  const kind = tokens.eat(Token.static) ? Kind.static : Kind.method;
  const node = tree.openItem(kind, start, docs, attributes);
  tree.setName(node, name, nameStart, nameMark);
  parseFunctionType(tokens);
  tokens.expect(Token.semicolon, hintAfterSignature(tokens.token));
  tree.close(node, tokens.previousEnd);
}

/** id ':' ty */
function parseField(tokens: TokenStream): void {
  const { tree } = tokens;
  const node = openMember(tokens, Kind.field, "a field");
  if (node < 0) return;
  if (tokens.failed) {
    tree.drop(node);
    return;
  }
  tokens.expect(Token.colon);
  parseType(tokens);
  tree.close(node, tokens.previousEnd);
}

/** id */
function parseFlag(tokens: TokenStream): void {
  const node = openMember(tokens, Kind.flag, "a flag");
  if (node >= 0) tokens.tree.close(node, tokens.previousEnd);
}

/** id ( '(' ty ')' )? */
function parseVariantCase(tokens: TokenStream): void {
  const node = openMember(tokens, Kind.variantCase, "a case");
  if (node < 0) return;
  if (tokens.eat(Token.leftParenthesis)) {
    parseType(tokens);
    tokens.expect(Token.rightParenthesis);
  } else if (tokens.token === Token.colon) {
    tokens.unexpected("`(`, `,` or `}`", {
      suggestion: "write the type of a case in parentheses, as in `a(u32)`",
    });
  }
  tokens.tree.close(node, tokens.previousEnd);
}

/** id */
function parseEnumCase(tokens: TokenStream): void {
  const node = openMember(tokens, Kind.enumCase, "a case");
  if (node >= 0) tokens.tree.close(node, tokens.previousEnd);
}

/**
 * Parses the name of a member and opens its node.
 *
 * @returns the node, which the caller must close; -1 if there is no name.
 */
function openMember(tokens: TokenStream, kind: Kind, what: string): number {
  const { docs } = tokens;
  // Members of types cannot have attributes, although the grammar in the specification contains some.
  if (tokens.token === Token.at) {
    tokens.problem("misplaced-attribute", tokens, { what });
    parseAttributes(tokens);
    if (tokens.failed) return -1;
  }
  const follower =
    kind === Kind.variantCase ? Token.leftParenthesis : Token.invalid;
  const name = tokens.readName(follower);
  if (tokens.failed && name === 0) return -1;
  const { tree, nameStart, nameMark } = tokens;
  return tree.openMember(kind, nameStart, name, nameMark, docs);
}

/** id ( 'as' id )? */
function parseUseName(tokens: TokenStream): void {
  const start = tokens.start;
  const name = tokens.identifier();
  if (tokens.failed && name.name === "") return;
  const alias = tokens.eat(Token.as) ? tokens.identifier() : undefined;
  tokens.collect({
    kind: "use-name",
    start,
    end: tokens.previousEnd,
    name,
    alias,
  } satisfies UseName);
}
