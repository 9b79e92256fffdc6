import type { DiagnosticCollector } from "../diagnostics/collector.js";
import { nearestName } from "../diagnostics/did-you-mean.js";
import type {
  Attribute,
  PackageHeader,
  PackageName,
  TopLevelUse,
} from "./ast.js";
import { hintAfterTopLevelUse, hintForItem } from "./hints.js";
import type { Names } from "./names.js";
import { parseAttributes } from "./parse-attributes.js";
import { parseInterfaceItems } from "./parse-interface.js";
import { parsePackageName, parseUsePath } from "./parse-paths.js";
import { parseWorld } from "./parse-world.js";
import type { SourceFile } from "./source.js";
import { TokenStream } from "./token-stream.js";
import { Token } from "./tokens.js";
import type {
  TreeFile,
  TreeInterface,
  TreeItem,
  TreePackage,
} from "./tree-file.js";

/**
 * Parses a WIT file, with the grammar of the reference implementation.
 *
 * file ::= BOM? ( 'package' package-name ';' )? item*
 *
 * @param source - the file.
 * @param sink - receives the errors in the file.
 * @param names - interns the words of the file.
 * @returns the tree of everything that could be parsed. An invalid construct is included as far as it could be parsed:
 * see {@link Identifier} and {@link MissingType}.
 */
export function parseFile(
  source: SourceFile,
  sink: DiagnosticCollector,
  names: Names,
): TreeFile {
  const tokens = new TokenStream(source, sink, names);
  tokens.next();
  const start = Math.min(tokens.start, tokens.text.length);
  const mark = tokens.mark;
  tokens.remainder((rest) => {
    const item = parseItem(rest, 0, rest.mark === mark);
    if (item !== undefined) rest.collect(item);
  }, startsItem);
  const parsed = tokens.collected<TreeItem | PackageHeader>(mark);
  const first = parsed[0];
  const header = first?.kind === "package-header" ? first : undefined;
  const items = parsed.filter((item) => item.kind !== "package-header");
  const { end, isUnusual, tree } = tokens;
  return { kind: "file", start, end, source, tree, header, items, isUnusual };
}

/** The maximum nesting depth of packages that are parsed. WIT allows one level; the limit bounds the recursion. */
const maxDepth = 100;

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
 * Package headers are parsed here too.
 *
 * @param depth - the number of packages that contain the item.
 * @param isFirst - whether no other item of the file was parsed before, so that a header is allowed.
 */
function parseItem(
  tokens: TokenStream,
  depth: number,
  isFirst: boolean,
): TreeItem | PackageHeader | undefined {
  const docs = tokens.docs;
  const start = tokens.start;
  const attributes = parseAttributes(tokens);
  switch (tokens.token) {
    case Token.interface:
      return parseInterface(tokens, start, docs, attributes);
    case Token.world:
      return parseWorld(tokens, start, docs, attributes);
    case Token.use:
      if (attributes.length > 0) {
        const what = "a `use` at the top of a file";
        tokens.problem("misplaced-attribute", tokens, { what });
      }
      return parseTopLevelUse(tokens, start);
    case Token.package:
      if (attributes.length > 0)
        tokens.problem("misplaced-attribute", tokens, { what: "a package" });
      return parsePackage(tokens, start, docs, depth, isFirst);
    default:
      tokens.unexpected(
        depth === 0
          ? "`interface`, `world`, `use` or `package`"
          : "`interface`, `world`, `use` or `}`",
        suggestKeyword(tokens) ?? hintForItem(tokens.token),
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
): TreeInterface | undefined {
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
  tokens.expect(Token.semicolon, hintAfterTopLevelUse(tokens.token));
  // Drop a broken `use` of a local name without an alias: it would define the name a second time.
  if (tokens.failed && path.kind === "local-path" && alias === undefined)
    return undefined;
  return { kind: "top-level-use", start, end: tokens.previousEnd, path, alias };
}

/**
 * nested ::= 'package' package-name '{' item* '}'
 * header ::= 'package' package-name ';'
 */
function parsePackage(
  tokens: TokenStream,
  start: number,
  docs: number,
  depth: number,
  isFirst: boolean,
): TreePackage | PackageHeader | undefined {
  tokens.next();
  const name = parsePackageName(tokens);
  if (tokens.failed && name.name.name === "") return undefined;
  if (tokens.token !== Token.leftBrace && depth === 0) {
    return parseHeader(tokens, start, docs, name, isFirst);
  }
  if (depth === 1) tokens.problem("misplaced-package", name, {});
  if (depth >= maxDepth) {
    tokens.skipBlock();
    return undefined;
  }
  const { mark } = tokens;
  tokens.block((inner) => {
    const item = parseNestedItem(inner, depth + 1);
    if (item !== undefined) inner.collect(item);
  }, startsItem);
  const items = tokens.collected<TreeItem>(mark);
  return {
    kind: "nested-package",
    start,
    end: tokens.previousEnd,
    docs,
    name,
    items,
  };
}

/**
 * Parses the `;` of a header. If it is missing in the first item, the header is kept, so that the package keeps its
 * name.
 */
function parseHeader(
  tokens: TokenStream,
  start: number,
  docs: number,
  name: PackageName,
  isFirst: boolean,
): PackageHeader | undefined {
  if (isFirst) {
    if (!tokens.eat(Token.semicolon)) tokens.unexpected("`;` or `{`");
    const end = tokens.previousEnd;
    return { kind: "package-header", start, end, docs, name };
  }
  if (tokens.token === Token.semicolon) {
    const text = tokens.text.slice(name.start, name.end);
    tokens.problem(
      "misplaced-package-header",
      tokens,
      { name: text },
      {
        suggestion:
          "move it there, or write what belongs to this package between `{` and `}`",
      },
    );
    tokens.next();
  } else {
    tokens.unexpected("`{`");
  }
  return undefined;
}

function parseNestedItem(
  tokens: TokenStream,
  depth: number,
): TreeItem | undefined {
  const item = parseItem(tokens, depth, false);
  // This only narrows the type: headers are parsed only at the top level of a file.
  return item?.kind === "package-header" ? undefined : item;
}
