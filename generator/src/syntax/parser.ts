import type { DiagnosticCollector } from "../diagnostics/collector.js";
import { nearestName } from "../diagnostics/did-you-mean.js";
import type {
  Attribute,
  File,
  Interface,
  Item,
  NestedPackage,
  PackageHeader,
  TopLevelUse,
} from "./ast.js";
import { parseAttributes } from "./parse-attributes.js";
import { parseInterfaceItems } from "./parse-interface.js";
import { parsePackageName, parseUsePath } from "./parse-paths.js";
import { parseWorld } from "./parse-world.js";
import type { SourceFile } from "./source.js";
import { TokenStream } from "./token-stream.js";
import { Token } from "./tokens.js";

/**
 * Parses a file of WIT as the reference implementation does.
 *
 * file ::= BOM? ( 'package' package-name ';' )? item*
 *
 * @param source the file
 * @param sink receives what is wrong with it
 * @returns the tree of what could be read. Where something is wrong, what can still be read is in it: see
 * {@link Identifier} and {@link MissingType}
 */
export function parseFile(source: SourceFile, sink: DiagnosticCollector): File {
  const tokens = new TokenStream(source, sink);
  tokens.next();
  const start = tokens.start;
  const mark = tokens.mark;
  const header =
    tokens.token === Token.package ? parseFirstPackage(tokens) : undefined;
  if (tokens.failed) tokens.recoverInBlock(-1, startsItem);
  while (tokens.token !== Token.endOfFile) {
    const item = parseItem(tokens, 0);
    if (item !== undefined) tokens.collect(item);
    if (tokens.failed) tokens.recoverInBlock(-1, startsItem);
  }
  const items = tokens.collected<Item>(mark);
  return {
    kind: "file",
    start: Math.min(start, tokens.end),
    end: tokens.end,
    source,
    header,
    items,
  };
}

/** The deepest nesting of packages that is parsed. The language allows one level; this bounds the recursion. */
const deepest = 100;

/**
 * 'package' package-name ( ';' | '{' item* '}' )
 *
 * @returns the header; a nested package, which may also come first, is collected
 */
function parseFirstPackage(tokens: TokenStream): PackageHeader | undefined {
  const docs = tokens.docs;
  const start = tokens.start;
  tokens.next();
  const name = parsePackageName(tokens);
  if (tokens.eat(Token.semicolon)) {
    return {
      kind: "package-header",
      start,
      end: tokens.previousEnd,
      docs,
      name,
    };
  }
  if (tokens.token === Token.leftBrace) {
    const items = tokens.block((inner) => parseItem(inner, 1), startsItem);
    tokens.collect({
      kind: "nested-package",
      start,
      end: tokens.previousEnd,
      docs,
      name,
      items,
    } satisfies NestedPackage);
    return undefined;
  }
  tokens.unexpected("`;` or `{`");
  // What was to be the header is taken for it, so that a missing semicolon does not also cost the package its name.
  return name.name.name === ""
    ? undefined
    : { kind: "package-header", start, end: tokens.previousEnd, docs, name };
}

function startsItem(token: Token): boolean {
  switch (token) {
    case Token.interface:
    case Token.world:
    case Token.use:
    case Token.package:
    case Token.at:
      return true;
    default:
      return false;
  }
}

/**
 * item ::= attrs ( interface | world ) | top-use | nested
 *
 * @param depth how many packages the item stands in
 */
function parseItem(tokens: TokenStream, depth: number): Item | undefined {
  const docs = tokens.docs;
  const start = tokens.start;
  const attributes = parseAttributes(tokens);
  switch (tokens.token) {
    case Token.interface:
      return parseInterface(tokens, start, docs, attributes);
    case Token.world:
      return parseWorld(tokens, start, docs, attributes);
    case Token.use:
      if (attributes.length > 0)
        tokens.problem("misplaced-attribute", tokens, {
          what: "a `use` at the top of a file",
        });
      return parseTopLevelUse(tokens, start);
    case Token.package:
      if (attributes.length > 0)
        tokens.problem("misplaced-attribute", tokens, { what: "a package" });
      return parseNestedPackage(tokens, start, docs, depth);
    default:
      tokens.unexpectedItem(
        depth === 0
          ? "`interface`, `world`, `use` or `package`"
          : "`interface`, `world`, `use` or `}`",
        suggestKeyword(tokens),
      );
      return undefined;
  }
}

function suggestKeyword(
  tokens: TokenStream,
): { suggestion: string } | undefined {
  if (tokens.token !== Token.identifier) return undefined;
  const nearest = nearestName(tokens.tokenText(), [
    "interface",
    "world",
    "use",
    "package",
  ]);
  return nearest === undefined
    ? undefined
    : { suggestion: `did you mean \`${nearest}\`?` };
}

/** interface ::= 'interface' id '{' … '}' */
function parseInterface(
  tokens: TokenStream,
  start: number,
  docs: number,
  attributes: readonly Attribute[],
): Interface | undefined {
  tokens.next();
  const name = tokens.identifier();
  if (tokens.failed && name.name === "") return undefined;
  const items = parseInterfaceItems(tokens);
  return {
    kind: "interface",
    start,
    end: tokens.previousEnd,
    docs,
    attributes,
    name,
    items,
  };
}

/** top-use ::= 'use' use-path ( 'as' id )? ';' */
function parseTopLevelUse(
  tokens: TokenStream,
  start: number,
): TopLevelUse | undefined {
  tokens.next();
  const path = parseUsePath(tokens);
  const alias = tokens.eat(Token.as) ? tokens.identifier() : undefined;
  tokens.expect(Token.semicolon);
  return { kind: "top-level-use", start, end: tokens.previousEnd, path, alias };
}

/** nested ::= 'package' package-name '{' item* '}' */
function parseNestedPackage(
  tokens: TokenStream,
  start: number,
  docs: number,
  depth: number,
): NestedPackage | undefined {
  tokens.next();
  const name = parsePackageName(tokens);
  if (tokens.failed) return undefined;
  if (tokens.token === Token.semicolon && depth === 0) {
    tokens.problem(
      "misplaced-package-header",
      tokens,
      { name: tokens.text.slice(name.start, name.end) },
      {
        suggestion:
          "move it there, or write the items of this package between `{` and `}`",
      },
    );
    tokens.next();
    return undefined;
  }
  if (depth === 1) tokens.problem("misplaced-package", name, {});
  if (depth >= deepest) {
    tokens.skipBlock();
    return undefined;
  }
  const items = tokens.block(
    (inner) => parseItem(inner, depth + 1),
    startsItem,
  );
  return {
    kind: "nested-package",
    start,
    end: tokens.previousEnd,
    docs,
    name,
    items,
  };
}
