/**
 * Which characters are allowed in WIT, and which in names. Nothing here is on the hot path: the lexer classifies
 * printable ASCII characters itself and calls these functions only for the others.
 */

const identifierStart = /^\p{XID_Start}/u;
const identifierContinue = /^\p{XID_Continue}/u;

/**
 * Whether a word can begin with a code point. Words include invalid names, so that an invalid name is reported as a
 * whole.
 */
export function isWordStart(codePoint: number): boolean {
  return (
    codePoint === underscore ||
    identifierStart.test(String.fromCodePoint(codePoint))
  );
}

/** Whether a word can contain a code point. */
export function isWordPart(codePoint: number): boolean {
  return (
    codePoint === dash ||
    identifierContinue.test(String.fromCodePoint(codePoint))
  );
}

const underscore = 0x5f;
const dash = 0x2d;

/**
 * Returns the reason why a code point is forbidden everywhere in a WIT file; `undefined` if it is allowed. The
 * forbidden characters are those of the reference implementation: control characters other than tab, LF and CR, because
 * text shown on a terminal must not control it; characters that override the direction of text, which can disguise code
 * as different code (CVE-2021-42574); and eight characters that Unicode deprecates. Because the text is UTF-16,
 * unpaired surrogates are forbidden too.
 */
export function forbiddenReason(codePoint: number): string | undefined {
  if (codePoint < 0x20) {
    return codePoint === 0x09 || codePoint === 0x0a || codePoint === 0x0d
      ? undefined
      : "it is a control character";
  }
  if (codePoint < 0x7f) return undefined;
  if (codePoint <= 0x9f) return "it is a control character";
  if (
    (codePoint >= 0x202a && codePoint <= 0x202e) ||
    (codePoint >= 0x2066 && codePoint <= 0x2069)
  ) {
    return "it changes the direction of the surrounding text, which can hide its meaning";
  }
  if (deprecated.has(codePoint)) return "Unicode deprecates it";
  if (codePoint >= 0xd800 && codePoint <= 0xdfff)
    return "it is half of a surrogate pair, not a character";
  return undefined;
}

/** The deprecated characters of Unicode 13, sections 7.1, 9.2, 13.4 and 16.4. */
const deprecated: ReadonlySet<number> = new Set([
  0x149, 0x673, 0xf77, 0xf79, 0x17a3, 0x17a4, 0x17b4, 0x17b5,
]);

/** Describes a code point in a message: `U+202E`, preceded by the quoted character if it is safe to display. */
export function describeCharacter(codePoint: number): string {
  const number = `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`;
  const character = String.fromCodePoint(codePoint);
  return visible.test(character) ? `\`${character}\` (${number})` : number;
}

const visible = /^[\p{L}\p{N}\p{P}\p{S}]$/u;

/**
 * Returns the reason why a word is not a valid name; `undefined` if it is valid. A name consists of parts joined by a
 * single `-`. Each part consists of ASCII letters, either all lower case or all upper case, and digits. The first part
 * begins with a letter (component model, Explainer.md, `label`).
 *
 * @param name - the word, without the `%` of an escaped name.
 */
export function invalidNameReason(name: string): string | undefined {
  if (name === "") return "a name is missing after the `%`";
  let from = 0;
  do {
    let to = name.indexOf("-", from);
    if (to < 0) to = name.length;
    if (to === from) return emptyPart(name, from);
    const reason = invalidWordReason(name, from, to);
    if (reason !== undefined) return reason;
    from = to + 1;
  } while (from <= name.length);
  return undefined;
}

/** Whether a name contains an upper-case letter. */
export function hasUpperCase(name: string): boolean {
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at);
    if (code >= 0x41 && code <= 0x5a) return true;
  }
  return false;
}

function emptyPart(name: string, at: number): string {
  if (at === 0) return "it cannot begin with `-`";
  return at === name.length
    ? "it may not end with `-`"
    : "between two words stands one `-`";
}

function invalidWordReason(
  name: string,
  from: number,
  to: number,
): string | undefined {
  let upper = false;
  let lower = false;
  for (let at = from; at < to; at++) {
    const code = name.charCodeAt(at);
    if (code >= 0x61 && code <= 0x7a) lower = true;
    else if (code >= 0x41 && code <= 0x5a) upper = true;
    else if (code >= 0x30 && code <= 0x39) {
      if (at === 0) return "it must begin with a letter";
    } else if (code === underscore) {
      return "`_` is not allowed; words are joined by `-`";
    } else {
      return `${describeCharacter(name.codePointAt(at) ?? code)} is not allowed; only a–z, A–Z, 0–9 and \`-\` are`;
    }
    if (upper && lower)
      return "each word of a name is all lower or all upper case";
  }
  return undefined;
}
