import type {
  Attribute,
  EnumCase,
  Field,
  Flag,
  FunctionType,
  InterfaceItem,
  ResourceMethod,
  TypeDefinition,
  Use,
  UseName,
  VariantCase,
} from "./ast.js";
import { nearestName } from "../diagnostics/did-you-mean.js";
import { parseAttributes } from "./parse-attributes.js";
import { parseUsePath } from "./parse-paths.js";
import { parseParameters, parseResult, parseType } from "./parse-types.js";
import { none, type TokenStream } from "./token-stream.js";
import { Token } from "./tokens.js";

/** '{' ( attrs ( typedef | func-item | use ) )* '}' */
export function parseInterfaceItems(
  tokens: TokenStream,
): readonly InterfaceItem[] {
  return tokens.block(parseInterfaceItem, startsInterfaceItem);
}

/** func ::= 'async'? 'func' params ( '->' ty )? */
export function parseFunctionType(tokens: TokenStream): FunctionType {
  const first = tokens.start;
  const async = tokens.eat(Token.async);
  tokens.expect(Token.func);
  const params = parseParameters(tokens);
  const result = parseResult(tokens);
  const end = tokens.previousEnd;
  return {
    kind: "function-type",
    // Behind what was read, where nothing of it is there.
    start: Math.min(first, end),
    end,
    async,
    params,
    result,
  };
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
 * A definition whose name can be read is kept, however broken the rest is, so that its uses are not called unknown.
 */
export function parseTypeDefinition(
  tokens: TokenStream,
  start: number,
  docs: number,
  attributes: readonly Attribute[],
): TypeDefinition | undefined {
  const keyword = tokens.token;
  tokens.next();
  const name = tokens.identifier();
  if (tokens.failed && name.name === "") return undefined;
  switch (keyword) {
    case Token.type: {
      tokens.expect(Token.equals);
      const type = parseType(tokens);
      tokens.expect(Token.semicolon);
      return {
        kind: "type",
        start,
        end: tokens.previousEnd,
        docs,
        attributes,
        name,
        type,
      };
    }
    case Token.record: {
      const fields = tokens.list(Token.leftBrace, Token.rightBrace, parseField);
      return {
        kind: "record",
        start,
        end: tokens.previousEnd,
        docs,
        attributes,
        name,
        fields,
      };
    }
    case Token.flags: {
      const flags = tokens.list(Token.leftBrace, Token.rightBrace, parseFlag);
      return {
        kind: "flags",
        start,
        end: tokens.previousEnd,
        docs,
        attributes,
        name,
        flags,
      };
    }
    case Token.variant: {
      const cases = tokens.list(
        Token.leftBrace,
        Token.rightBrace,
        parseVariantCase,
      );
      return {
        kind: "variant",
        start,
        end: tokens.previousEnd,
        docs,
        attributes,
        name,
        cases,
      };
    }
    case Token.enum: {
      const cases = tokens.list(
        Token.leftBrace,
        Token.rightBrace,
        parseEnumCase,
      );
      return {
        kind: "enum",
        start,
        end: tokens.previousEnd,
        docs,
        attributes,
        name,
        cases,
      };
    }
    default: {
      let methods: readonly ResourceMethod[] = none;
      if (tokens.token === Token.leftBrace)
        methods = tokens.block(parseResourceMethod, startsResourceMethod);
      else if (!tokens.eat(Token.semicolon)) tokens.unexpected("`;` or `{`");
      return {
        kind: "resource",
        start,
        end: tokens.previousEnd,
        docs,
        attributes,
        name,
        methods,
      };
    }
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
  tokens.expect(Token.period);
  // What is used is worth knowing even where it comes from cannot be read.
  if (tokens.failed) tokens.recoverAtBrace();
  const names = tokens.list(Token.leftBrace, Token.rightBrace, parseUseName);
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
function parseInterfaceItem(tokens: TokenStream): InterfaceItem | undefined {
  const docs = tokens.docs;
  const start = tokens.start;
  const attributes = parseAttributes(tokens);
  const token = tokens.token;
  if (token === Token.identifier || token === Token.escapedIdentifier) {
    return parseFunctionItem(tokens, start, docs, attributes);
  }
  if (startsTypeDefinition(token))
    return parseTypeDefinition(tokens, start, docs, attributes);
  if (token === Token.use) return parseUse(tokens, start, docs, attributes);
  tokens.unexpected("a type, a function, `use` or `}`");
  return undefined;
}

/** func-item ::= id ':' func ';' */
function parseFunctionItem(
  tokens: TokenStream,
  start: number,
  docs: number,
  attributes: readonly Attribute[],
): InterfaceItem | undefined {
  const name = tokens.identifier();
  if (tokens.token !== Token.colon) {
    tokens.unexpected("`:`", suggestKeyword(name.name));
    return undefined;
  }
  tokens.next();
  const func = parseFunctionType(tokens);
  tokens.expect(Token.semicolon);
  return {
    kind: "function",
    start,
    end: tokens.previousEnd,
    docs,
    attributes,
    name,
    func,
  };
}

/** A misspelt keyword looks like the name of a function. */
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
function parseResourceMethod(tokens: TokenStream): ResourceMethod | undefined {
  const docs = tokens.docs;
  const start = tokens.start;
  const attributes = parseAttributes(tokens);
  if (tokens.eat(Token.constructor)) {
    const params = parseParameters(tokens);
    const result = parseResult(tokens);
    tokens.expect(Token.semicolon);
    return {
      kind: "constructor",
      start,
      end: tokens.previousEnd,
      docs,
      attributes,
      params,
      result,
    };
  }
  if (
    tokens.token !== Token.identifier &&
    tokens.token !== Token.escapedIdentifier
  ) {
    tokens.unexpected("a method, `constructor` or `}`");
    return undefined;
  }
  const name = tokens.identifier();
  tokens.expect(Token.colon);
  if (tokens.failed) return undefined;
  const kind = tokens.eat(Token.static) ? "static" : "method";
  const func = parseFunctionType(tokens);
  tokens.expect(Token.semicolon);
  return { kind, start, end: tokens.previousEnd, docs, attributes, name, func };
}

/** id ':' ty */
function parseField(tokens: TokenStream): Field | undefined {
  const docs = tokens.docs;
  const start = tokens.start;
  if (refuseAttributes(tokens, "a field")) return undefined;
  const name = tokens.identifier();
  if (tokens.failed) return undefined;
  tokens.expect(Token.colon);
  const type = parseType(tokens);
  return {
    kind: "field",
    start,
    end: tokens.previousEnd,
    docs,
    attributes: none,
    name,
    type,
  };
}

/** id */
function parseFlag(tokens: TokenStream): Flag | undefined {
  const docs = tokens.docs;
  const start = tokens.start;
  if (refuseAttributes(tokens, "a flag")) return undefined;
  const name = tokens.identifier();
  if (tokens.failed && name.name === "") return undefined;
  return {
    kind: "flag",
    start,
    end: tokens.previousEnd,
    docs,
    attributes: none,
    name,
  };
}

/** id ( '(' ty ')' )? */
function parseVariantCase(tokens: TokenStream): VariantCase | undefined {
  const docs = tokens.docs;
  const start = tokens.start;
  if (refuseAttributes(tokens, "a case")) return undefined;
  const name = tokens.identifier();
  let type;
  if (tokens.eat(Token.leftParenthesis)) {
    type = parseType(tokens);
    tokens.expect(Token.rightParenthesis);
  } else if (tokens.failed && name.name === "") {
    return undefined;
  }
  return {
    kind: "variant-case",
    start,
    end: tokens.previousEnd,
    docs,
    attributes: none,
    name,
    type,
  };
}

/** id */
function parseEnumCase(tokens: TokenStream): EnumCase | undefined {
  const docs = tokens.docs;
  const start = tokens.start;
  if (refuseAttributes(tokens, "a case")) return undefined;
  const name = tokens.identifier();
  if (tokens.failed && name.name === "") return undefined;
  return {
    kind: "enum-case",
    start,
    end: tokens.previousEnd,
    docs,
    attributes: none,
    name,
  };
}

/** id ( 'as' id )? */
function parseUseName(tokens: TokenStream): UseName | undefined {
  const start = tokens.start;
  const name = tokens.identifier();
  if (tokens.failed && name.name === "") return undefined;
  const alias = tokens.eat(Token.as) ? tokens.identifier() : undefined;
  return { kind: "use-name", start, end: tokens.previousEnd, name, alias };
}

/** The members of types carry no attributes, though the grammar of the specification shows some. */
function refuseAttributes(tokens: TokenStream, what: string): boolean {
  if (tokens.token !== Token.at) return false;
  tokens.problem("misplaced-attribute", tokens, { what });
  parseAttributes(tokens);
  return tokens.failed;
}
