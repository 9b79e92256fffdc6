import type { Identifier, PackageName, UsePath } from "./ast.js";
import { parseOptionalVersion, parseVersion } from "./parse-attributes.js";
import type { TokenStream } from "./token-stream.js";
import { Token } from "./tokens.js";

/** package-name ::= id ':' id ( '@' semver )? */
export function parsePackageName(tokens: TokenStream): PackageName {
  const namespace = tokens.identifier();
  tokens.expect(Token.colon);
  const name = tokens.identifier();
  const version = parseOptionalVersion(tokens);
  return {
    kind: "package-name",
    start: namespace.start,
    end: tokens.previousEnd,
    namespace,
    name,
    version,
  };
}

/** use-path ::= id | id ':' id '/' id ( '@' semver )? */
export function parseUsePath(tokens: TokenStream): UsePath {
  const first = tokens.identifier();
  return tokens.eat(Token.colon)
    ? parsePathAfter(tokens, first, tokens.identifier())
    : localPath(first);
}

/** Parses '/' id ( '@' semver )?, after the namespace and name of the package. */
export function parsePathAfter(
  tokens: TokenStream,
  namespace: Identifier,
  name: Identifier,
): UsePath {
  const packageEnd = tokens.previousEnd;
  if (tokens.token === Token.at) refuseEarlyVersion(tokens, namespace.start);
  tokens.expect(Token.slash);
  const target = tokens.identifier();
  const version = parseOptionalVersion(tokens);
  return {
    kind: "package-path",
    start: namespace.start,
    end: tokens.previousEnd,
    package: {
      kind: "package-name",
      start: namespace.start,
      end: packageEnd,
      namespace,
      name,
      version,
    },
    name: target,
  };
}

/** Reports a version after the name of the package, which is a common mistake: it belongs at the end of the path. */
function refuseEarlyVersion(tokens: TokenStream, start: number): void {
  const packageName = tokens.text.slice(start, tokens.start);
  const at = { start: tokens.start, end: tokens.end };
  tokens.next();
  const { text } = parseVersion(tokens);
  tokens.problem(
    "unexpected-token",
    at,
    { expected: "`/`", found: "`@`" },
    {
      suggestion: `write the version at the end, as in \`${packageName}/name@${text || "1.0.0"}\``,
    },
  );
  tokens.excuse(tokens.start);
}

/** Creates a path that consists of a single name. */
export function localPath(name: Identifier): UsePath {
  return { kind: "local-path", start: name.start, end: name.end, name };
}
