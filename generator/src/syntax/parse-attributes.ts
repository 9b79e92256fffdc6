import { nearestName } from "../diagnostics/did-you-mean.js";
import type { Attribute, Identifier, Version } from "./ast.js";
import { hintForArgument, hintWithinVersion } from "./hints.js";
import type { TokenStream } from "./token-stream.js";
import { Token } from "./tokens.js";
import { invalidVersionReason } from "./version.js";

/**
 * attrs ::= attribute*
 *
 * `@deprecated` requires `@since` or `@unstable`. If that may be the attribute that is invalid, it is left out too.
 */
export function parseAttributes(tokens: TokenStream): readonly Attribute[] {
  const mark = tokens.mark;
  let isComplete = true;
  while (tokens.token === Token.at) {
    const attribute = parseAttribute(tokens);
    if (attribute !== undefined) tokens.collect(attribute);
    else isComplete = false;
  }
  const attributes = tokens.collected<Attribute>(mark);
  return isComplete || attributes.some(isIntroduction)
    ? attributes
    : attributes.filter(({ kind }) => kind !== "deprecated");
}

function isIntroduction({ kind }: Attribute): boolean {
  return kind === "since" || kind === "unstable";
}

/**
 * attribute ::= '@since' '(' 'version' '=' semver ')'
 *             | '@unstable' '(' 'feature' '=' id ')'
 *             | '@deprecated' '(' 'version' '=' semver ')'
 *             | '@external-id' '(' string ')'
 *
 * An invalid attribute is left out, and the item that it belongs to is parsed after it.
 */
function parseAttribute(tokens: TokenStream): Attribute | undefined {
  const start = tokens.start;
  tokens.next();
  const name = tokens.identifier();
  const isOpen = tokens.token === Token.leftParenthesis;
  const attribute = tokens.failed
    ? undefined
    : parseArguments(tokens, start, name);
  if (!tokens.failed) return attribute;
  tokens.recoverInAttribute(isOpen);
  return undefined;
}

function parseArguments(
  tokens: TokenStream,
  start: number,
  name: Identifier,
): Attribute | undefined {
  switch (name.name) {
    case "since": {
      const version = parseVersionArgument(tokens);
      return { kind: "since", start, end: tokens.previousEnd, name, version };
    }
    case "deprecated": {
      const version = parseVersionArgument(tokens);
      return {
        kind: "deprecated",
        start,
        end: tokens.previousEnd,
        name,
        version,
      };
    }
    case "unstable": {
      tokens.expect(Token.leftParenthesis);
      expectWord(tokens, "feature");
      tokens.expect(Token.equals);
      const feature = tokens.identifier();
      tokens.expect(Token.rightParenthesis);
      return {
        kind: "unstable",
        start,
        end: tokens.previousEnd,
        name,
        feature,
      };
    }
    case "external-id": {
      tokens.expect(Token.leftParenthesis);
      const value = tokens.stringValue;
      tokens.expect(Token.string);
      tokens.expect(Token.rightParenthesis);
      return {
        kind: "external-id",
        start,
        end: tokens.previousEnd,
        name,
        value,
      };
    }
    default: {
      const nearest = nearestName(name.name, attributeNames);
      tokens.problem(
        "unknown-attribute",
        name,
        { name: name.name },
        {
          suggestion:
            nearest === undefined
              ? "the attributes are `@since`, `@unstable`, `@deprecated` and `@external-id`"
              : `did you mean \`@${nearest}\`?`,
        },
      );
      if (tokens.token === Token.leftParenthesis) tokens.freeze();
      return undefined;
    }
  }
}

const attributeNames = ["since", "unstable", "deprecated", "external-id"];

/** '(' 'version' '=' semver ')' */
function parseVersionArgument(tokens: TokenStream): Version {
  tokens.expect(Token.leftParenthesis);
  expectWord(tokens, "version");
  tokens.expect(Token.equals);
  const version = parseVersion(tokens);
  tokens.expect(Token.rightParenthesis);
  return version;
}

/** Consumes a contextual keyword: a word that has a meaning only here and is a name everywhere else. */
function expectWord(tokens: TokenStream, word: string): void {
  if (
    tokens.token === Token.identifier ||
    tokens.token === Token.escapedIdentifier
  ) {
    if (
      tokens.text.slice(
        tokens.token === Token.identifier ? tokens.start : tokens.start + 1,
        tokens.end,
      ) === word
    ) {
      tokens.next();
      return;
    }
  }
  tokens.unexpected(`\`${word}\``, hintForArgument(word, tokens.token));
}

/** ( '@' semver )? */
export function parseOptionalVersion(tokens: TokenStream): Version | undefined {
  return tokens.eat(Token.at) ? parseVersion(tokens) : undefined;
}

function expectNumber(tokens: TokenStream): void {
  tokens.expect(Token.integer, hintWithinVersion(tokens.token));
}

function expectPeriod(tokens: TokenStream): void {
  tokens.expect(Token.period, hintWithinVersion(tokens.token));
}

/**
 * semver ::= integer '.' integer '.' integer ( '-' ids )? ( '+' ids )?
 * ids    ::= ( id | integer | '-' | '.' )*
 *
 * The tokens only delimit the text, which is then validated as a whole. A period is part of the version only if another
 * part of the version follows it: in `use a:b/c@1.0.0-rc.1.{d}`, the last period is not.
 */
export function parseVersion(tokens: TokenStream): Version {
  const start = tokens.start;
  expectNumber(tokens);
  expectPeriod(tokens);
  expectNumber(tokens);
  expectPeriod(tokens);
  expectNumber(tokens);
  let end = tokens.previousEnd;
  if (tokens.eat(Token.minus)) end = skipIdentifiers(tokens, end);
  if (tokens.eat(Token.plus)) end = skipIdentifiers(tokens, end);
  const text = tokens.text.slice(start, end);
  if (!tokens.failed && text !== tokens.lastVersion) {
    const reason = invalidVersionReason(text);
    if (reason === undefined) tokens.lastVersion = text;
    if (reason !== undefined)
      tokens.problem(
        "invalid-version",
        { start, end },
        { version: tokens.source.quote(start, end), reason },
      );
  }
  return { kind: "version", start: Math.min(start, end), end, text };
}

function skipIdentifiers(tokens: TokenStream, end: number): number {
  for (;;) {
    if (tokens.token === Token.period) {
      if (!isVersionPart(tokens.peek())) return end;
      tokens.next();
    } else if (!isVersionPart(tokens.token)) {
      return end;
    }
    tokens.next();
    end = tokens.previousEnd;
  }
}

function isVersionPart(token: Token): boolean {
  return (
    token === Token.identifier ||
    token === Token.integer ||
    token === Token.minus
  );
}
