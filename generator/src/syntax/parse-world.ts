import type {
  Attribute,
  ExternLabelled,
  ExternPath,
  Identifier,
  Include,
  IncludeName,
} from "./ast.js";
import {
  parseFunctionType,
  parseInterfaceItems,
  parseTypeDefinition,
  parseUse,
  startsTypeDefinition,
} from "./parse-interface.js";
import { hintForItem } from "./hints.js";
import { parseAttributes } from "./parse-attributes.js";
import { localPath, parsePathAfter, parseUsePath } from "./parse-paths.js";
import { none, type TokenStream } from "./token-stream.js";
import { Token } from "./tokens.js";
import type { TreeExtern, TreeWorld, TreeWorldItem } from "./tree-file.js";

/** world ::= 'world' id '{' ( attrs ( import | export | use | typedef | include ) )* '}' */
export function parseWorld(
  tokens: TokenStream,
  start: number,
  docs: number,
  attributes: readonly Attribute[],
): TreeWorld | undefined {
  tokens.next();
  const name = tokens.identifier();
  if (tokens.failed) return undefined;
  const { mark } = tokens;
  tokens.block(collectWorldItem, startsWorldItem);
  const items = tokens.collected<TreeWorldItem>(mark);
  return {
    kind: "world",
    start,
    end: tokens.previousEnd,
    docs,
    attributes,
    name,
    items,
  };
}

function startsWorldItem(token: Token): boolean {
  switch (token) {
    case Token.import:
    case Token.export:
    case Token.include:
    case Token.use:
    case Token.at:
      return true;
    default:
      return startsTypeDefinition(token);
  }
}

function collectWorldItem(tokens: TokenStream): void {
  const item = parseWorldItem(tokens);
  if (item !== undefined) tokens.collect(item);
}

/** attrs ( import | export | use | typedef | include ) */
function parseWorldItem(tokens: TokenStream): TreeWorldItem | undefined {
  const docs = tokens.docs;
  const start = tokens.start;
  const attributes = parseAttributes(tokens);
  const token = tokens.token;
  switch (token) {
    case Token.import:
    case Token.export: {
      tokens.next();
      const item = parseExtern(tokens);
      if (item === undefined) return undefined;
      const kind = token === Token.import ? "import" : "export";
      return { kind, start, end: tokens.previousEnd, docs, attributes, item };
    }
    case Token.use:
      return parseUse(tokens, start, docs, attributes);
    case Token.include:
      return parseInclude(tokens, start, docs, attributes);
    default:
      if (startsTypeDefinition(token)) {
        const node = parseTypeDefinition(tokens, start, docs, attributes);
        return node < 0 ? undefined : { kind: "definition", node };
      }
      tokens.unexpected(
        "`import`, `export`, `include`, `use`, a type or `}`",
        token === Token.identifier
          ? {
              suggestion:
                "a world says whether it is an `import` or an `export`",
            }
          : hintForItem(token),
      );
      return undefined;
  }
}

/**
 * extern ::= id ':' func ';'
 *          | id ':' 'interface' '{' … '}'
 *          | id ':' use-path ';'
 *          | use-path ';'
 *
 * `a:b/c` is a path, and `a: b` is a path with a label. Only the token after the second name tells them apart.
 */
function parseExtern(tokens: TokenStream): TreeExtern | undefined {
  const start = tokens.start;
  const name = tokens.identifier();
  if (tokens.failed) return undefined;
  if (!tokens.eat(Token.colon)) return externPath(tokens, start, name);
  if (tokens.token === Token.func || tokens.token === Token.async) {
    const func = parseFunctionType(tokens);
    tokens.expect(Token.semicolon);
    return {
      kind: "extern-function",
      start,
      end: tokens.previousEnd,
      name,
      func,
    };
  }
  if (tokens.eat(Token.interface)) {
    const items = parseInterfaceItems(tokens);
    return {
      kind: "extern-inline",
      start,
      end: tokens.previousEnd,
      name,
      items,
    };
  }
  if (
    tokens.token !== Token.identifier &&
    tokens.token !== Token.escapedIdentifier
  ) {
    tokens.unexpected("`func`, `interface` or a name");
    return undefined;
  }
  return parsePathExtern(tokens, start, name, tokens.identifier());
}

/** Parses the rest of `a:b/c;`, `a: b;` or `a: b:c/d;`, after the names `a` and `b`. */
function parsePathExtern(
  tokens: TokenStream,
  start: number,
  first: Identifier,
  second: Identifier,
): ExternPath | ExternLabelled {
  if (tokens.token === Token.slash || tokens.token === Token.at) {
    const path = parsePathAfter(tokens, first, second);
    tokens.expect(Token.semicolon);
    return { kind: "extern-path", start, end: tokens.previousEnd, path };
  }
  if (tokens.eat(Token.colon)) {
    const path = parsePathAfter(tokens, second, tokens.identifier());
    tokens.expect(Token.semicolon);
    return {
      kind: "extern-labelled",
      start,
      end: tokens.previousEnd,
      name: first,
      path,
    };
  }
  if (!tokens.eat(Token.semicolon)) tokens.unexpected("`;` or `/`");
  return {
    kind: "extern-labelled",
    start,
    end: tokens.previousEnd,
    name: first,
    path: localPath(second),
  };
}

function externPath(
  tokens: TokenStream,
  start: number,
  name: Identifier,
): ExternPath {
  if (!tokens.eat(Token.semicolon)) tokens.unexpected("`:` or `;`");
  return {
    kind: "extern-path",
    start,
    end: tokens.previousEnd,
    path: localPath(name),
  };
}

/** include ::= 'include' use-path ( ';' | 'with' '{' ( id 'as' id ( ',' … )* ','? )? '}' ) */
function parseInclude(
  tokens: TokenStream,
  start: number,
  docs: number,
  attributes: readonly Attribute[],
): Include {
  tokens.next();
  const path = parseUsePath(tokens);
  let names: readonly IncludeName[] = none;
  if (tokens.eat(Token.with)) {
    const { mark } = tokens;
    tokens.list(Token.leftBrace, Token.rightBrace, parseIncludeName);
    names = tokens.collected<IncludeName>(mark);
  } else if (!tokens.eat(Token.semicolon)) tokens.unexpected("`;` or `with`");
  return {
    kind: "include",
    start,
    end: tokens.previousEnd,
    docs,
    attributes,
    path,
    names,
  };
}

/** id 'as' id */
function parseIncludeName(tokens: TokenStream): void {
  const start = tokens.start;
  const name = tokens.identifier();
  tokens.expect(Token.as);
  const alias = tokens.identifier();
  if (tokens.failed && alias.name === "") return;
  tokens.collect({
    kind: "include-name",
    start,
    end: tokens.previousEnd,
    name,
    alias,
  } satisfies IncludeName);
}
