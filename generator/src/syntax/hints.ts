/** Suggestions for common mistakes, such as syntax of other languages. */
import type { ReportDetails } from "../diagnostics/collector.js";
import { invalidNameReason } from "./characters.js";
import { Token } from "./tokens.js";

/** Types of other languages, and the corresponding types of WIT. */
const foreignTypes: ReadonlyMap<string, string> = new Map([
  ["Array", "list<…>"],
  ["List", "list<…>"],
  ["Vec", "list<…>"],
  ["Map", "map<…, …>"],
  ["HashMap", "map<…, …>"],
  ["Record", "map<…, …>"],
  ["Option", "option<…>"],
  ["Result", "result<…, …>"],
  ["Promise", "future<…>"],
  ["String", "string"],
]);

/** Suggests a replacement for an invalid name: the corresponding WIT type, or the same words joined by `-`. */
export function hintForName(name: string): ReportDetails {
  const foreign = foreignTypes.get(name);
  if (foreign !== undefined)
    return { suggestion: `the WIT type is \`${foreign}\`` };
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replaceAll(/([A-Z])([A-Z][a-z])/g, "$1-$2")
    .replaceAll(/[_-]+/g, "-")
    .replaceAll(/^-|-$/g, "")
    .toLowerCase();
  return words !== name &&
    words !== "" &&
    invalidNameReason(words) === undefined
    ? { suggestion: `write \`${words}\`` }
    : {};
}

/** For a function that begins with a keyword of another language, as in `fn name()`. */
export function hintForFunction(word: string): ReportDetails | undefined {
  return ["fn", "func", "function", "def", "fun"].includes(word)
    ? { suggestion: "a function is written `name: func(…)`" }
    : undefined;
}

/** For an unexpected token after the parameters of a function. */
export function hintAfterSignature(found: Token): ReportDetails | undefined {
  return found === Token.colon
    ? { suggestion: "the result type follows `->`" }
    : undefined;
}

/** For an unexpected token after the path of a `use` at the top level of a file. */
export function hintAfterTopLevelUse(found: Token): ReportDetails | undefined {
  return found === Token.period
    ? {
        suggestion:
          "at the top level, `use` names a whole interface; types are used inside an interface or a world",
      }
    : undefined;
}

/** For an unexpected token after the path of a `use` in an interface or a world. */
export function hintAfterUse(found: Token): ReportDetails | undefined {
  return found === Token.semicolon
    ? { suggestion: "list the types to use, as in `use types.{a, b};`" }
    : undefined;
}

/** For an unexpected token in a version, at the place of a number or of a period. */
export function hintWithinVersion(found: Token): ReportDetails | undefined {
  switch (found) {
    case Token.semicolon:
    case Token.leftBrace:
    case Token.rightParenthesis:
      return { suggestion: "a version has three numbers, as in `1.0.0`" };
    case Token.string:
      return { suggestion: "write the version without quotes" };
    default:
      return undefined;
  }
}

/** For an unexpected token at the start of an item of a block. */
export function hintForItem(found: Token): ReportDetails | undefined {
  switch (found) {
    case Token.semicolon:
      return { suggestion: "no `;` follows a `}`" };
    case Token.rightBrace:
    case Token.endOfFile:
      // An item is expected before these tokens only after an attribute.
      return {
        suggestion: "an attribute precedes the item that it applies to",
      };
    case Token.async:
      return { suggestion: "write `name: async func(…)`" };
    case Token.static:
      return { suggestion: "write `name: static func(…)`" };
    default:
      return undefined;
  }
}

/** For an unexpected token in an attribute, at the place of `version` or `feature`. */
export function hintForArgument(
  word: string,
  found: Token,
): ReportDetails | undefined {
  if (word === "version")
    return found === Token.integer || found === Token.string
      ? { suggestion: "write `version = 1.0.0`" }
      : undefined;
  return found === Token.identifier || found === Token.string
    ? { suggestion: "write `feature = name`" }
    : undefined;
}

/** For characters that have no meaning in WIT but have one in other languages. */
export function hintForCharacters(
  characters: string,
): ReportDetails | undefined {
  switch (characters) {
    case "?":
      return { suggestion: "an optional value is an `option<…>`" };
    case "|":
      return { suggestion: "a union of types is a `variant`" };
    default:
      return undefined;
  }
}
