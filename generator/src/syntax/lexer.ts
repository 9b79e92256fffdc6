import type {
  DiagnosticArguments,
  DiagnosticCode,
} from "../diagnostics/catalogue.js";
import type {
  DiagnosticCollector,
  ReportDetails,
} from "../diagnostics/collector.js";
import {
  describeCharacter,
  isWordPart,
  isWordStart,
  whyForbidden,
} from "./characters.js";
import type { SourceFile } from "./source.js";
import { readString } from "./strings.js";
import { keywords, Token } from "./tokens.js";

/**
 * Reads a file token by token, on demand, one at a time: no tokens are kept. It works on UTF-16 units and looks at each
 * once. What is wrong with the text is reported as it is met, and shows up as {@link Token.invalid}, about which
 * the parser says nothing further.
 */
export class Lexer {
  readonly source: SourceFile;
  readonly text: string;
  readonly sink: DiagnosticCollector;

  /** The current token. */
  token: Token = Token.invalid;
  /** Offset of its first UTF-16 unit. */
  start = 0;
  /** Offset behind its last UTF-16 unit. */
  end = 0;
  /** Offset behind the token before it. */
  previousEnd = 0;
  /** Offset of the first comment between the two, or -1. */
  docs = -1;
  /** For a word: whether it is more than lower-case letters and digits, so that it has to be checked before it is a name. */
  needsCheck = false;
  /** For a word: a number that equal words share. */
  #hash = 0;
  /** The words met lately, by the end of their hash, so that a name that is used often is one string. */
  readonly #names: string[] = new Array<string>(nameSlots).fill("");
  /** For a string: its value. */
  stringValue = "";
  /** Whether unexpected characters are left unreported, as befits text that is skipped. */
  protected skipping = false;
  /** Whether the file ends within a comment or string: that it ends is then no news. */
  protected truncated = false;

  constructor(source: SourceFile, sink: DiagnosticCollector) {
    this.source = source;
    this.text = source.text;
    this.sink = sink;
    if (this.text.charCodeAt(0) === byteOrderMark) this.end = 1;
  }

  /** Reads the next token into {@link token}, {@link start} and {@link end}. At the end of the file it stays there. */
  next(): void {
    const text = this.text;
    this.previousEnd = this.end;
    this.docs = -1;
    let at = this.end;
    for (;;) {
      const code = text.charCodeAt(at);
      // False for NaN as well, which is what lies beyond the end.
      if (!(code < 128)) {
        at = this.#readBeyondAscii(at);
        if (at < 0) return;
        continue;
      }
      const role = roles[code] as number;
      if (role === Role.space) {
        at++;
        continue;
      }
      if (role === Role.letter) {
        this.#readWord(at, at + 1, roleSeen[code] as number);
        return;
      }
      if (role >= Role.mark) {
        this.#set((role - Role.mark) as Token, at, at + 1);
        return;
      }
      switch (role) {
        case Role.slash: {
          const following = text.charCodeAt(at + 1);
          if (following === slash) {
            if (this.docs < 0) this.docs = at;
            at = this.#skipLineComment(at + 2);
            continue;
          }
          if (following === star) {
            if (this.docs < 0) this.docs = at;
            at = this.#skipBlockComment(at);
            continue;
          }
          this.#set(Token.slash, at, at + 1);
          return;
        }
        case Role.minus:
          if (text.charCodeAt(at + 1) === greaterThan)
            this.#set(Token.arrow, at, at + 2);
          else this.#set(Token.minus, at, at + 1);
          return;
        case Role.digit: {
          let end = at + 1;
          while (isDigit(text.charCodeAt(end))) end++;
          this.#set(Token.integer, at, end);
          return;
        }
        case Role.percent:
          this.#readEscapedWord(at);
          return;
        case Role.quote:
          this.#readString(at);
          return;
        case Role.carriageReturn:
          if (text.charCodeAt(at + 1) === lineFeed) {
            at += 2;
            continue;
          }
      }
      at = this.#skipUnexpected(at);
      if (at < 0) return;
    }
  }

  /** The text of the current token. */
  tokenText(): string {
    return this.text.slice(this.start, this.end);
  }

  /** The text of the current token, which is a word. */
  protected word(): string {
    const { text, start, end } = this;
    const slot = this.#hash & (nameSlots - 1);
    const known = this.#names[slot] as string;
    if (known.length === end - start) {
      let at = 0;
      while (
        at < known.length &&
        known.charCodeAt(at) === text.charCodeAt(start + at)
      )
        at++;
      if (at === known.length) return known;
    }
    const word = text.slice(start, end);
    this.#names[slot] = word;
    return word;
  }

  /** Reports a problem at a range of this file. */
  protected report<Code extends DiagnosticCode>(
    code: Code,
    start: number,
    end: number,
    values: DiagnosticArguments<Code>,
    details?: ReportDetails,
  ): void {
    this.sink.report(
      code,
      { source: this.source, start, end },
      values,
      details,
    );
  }

  #set(token: Token, start: number, end: number): void {
    this.token = token;
    this.start = start;
    this.end = end;
  }

  /**
   * Reads a word, of which the text up to `end` is known to be part.
   *
   * @param seen what the part had in it, see {@link Seen}
   */
  #readWord(start: number, end: number, seen: number): void {
    const text = this.text;
    let hash = text.charCodeAt(start);
    for (;;) {
      const code = text.charCodeAt(end);
      if (code < 128) {
        const bits = wordSeen[code] as number;
        if (bits === 0) break;
        seen |= bits;
        hash = (Math.imul(hash, 31) + code) | 0;
        end++;
      } else {
        const codePoint = text.codePointAt(end);
        if (codePoint === undefined || !isWordPart(codePoint)) break;
        seen |= Seen.other;
        end += codePoint > 0xffff ? 2 : 1;
      }
    }
    this.needsCheck = seen !== Seen.plain;
    this.#hash = hash;
    this.#set(this.#keywordAt(start, end), start, end);
  }

  /** The keyword that a word is, or {@link Token.identifier}. */
  #keywordAt(start: number, end: number): Token {
    const length = end - start;
    const text = this.text;
    const first = text.charCodeAt(start);
    if (length > longestKeyword || first >= 128) return Token.identifier;
    const candidates = keywordTable[keywordSlot(length, first)];
    if (candidates === undefined) return Token.identifier;
    next: for (const candidate of candidates) {
      const word = candidate.word;
      for (let at = 1; at < length; at++) {
        if (word.charCodeAt(at) !== text.charCodeAt(start + at)) continue next;
      }
      return candidate.token;
    }
    return Token.identifier;
  }

  /** Reads `%` and the word behind it, if there is one. */
  #readEscapedWord(start: number): void {
    const codePoint = this.text.codePointAt(start + 1);
    if (
      codePoint === minus ||
      (codePoint !== undefined && isWordStart(codePoint))
    ) {
      this.#readWord(start + 1, start + 1, Seen.nothing);
      this.start = start;
    } else {
      this.#set(Token.escapedIdentifier, start, start + 1);
    }
    this.token = Token.escapedIdentifier;
    // What stands behind a `%` is rare enough to be checked always: it may begin with a `-`, or be missing.
    this.needsCheck = true;
  }

  #readString(start: number): void {
    const reading = readString(this.text, start);
    if ("value" in reading) {
      this.stringValue = reading.value;
      this.#set(Token.string, start, reading.end);
      return;
    }
    this.#set(Token.invalid, start, reading.end);
    if (reading.reason === undefined) {
      if (reading.end === this.text.length) this.truncated = true;
      this.report(
        "unterminated-string",
        reading.at,
        reading.at,
        {},
        {
          related: [
            {
              source: this.source,
              start,
              end: start + 1,
              message: "the string begins here",
            },
          ],
          suggestion: 'close it with `"` on the line it begins on',
        },
      );
    } else {
      this.report("invalid-string", reading.at, reading.at + 1, {
        reason: reading.reason,
      });
    }
  }

  /** Goes on behind a line comment. */
  #skipLineComment(at: number): number {
    const text = this.text;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code >= 0x20 && code < 0x7f) at++;
      else if (code === lineFeed) return at + 1;
      else if (Number.isNaN(code)) return at;
      else at = this.#checkCharacter(at);
    }
  }

  /** Goes on behind a block comment. Those nest; they are counted, so that no depth can blow the stack. */
  #skipBlockComment(start: number): number {
    const text = this.text;
    let depth = 1;
    let at = start + 2;
    while (depth > 0) {
      const code = text.charCodeAt(at);
      if (code === slash && text.charCodeAt(at + 1) === star) {
        depth++;
        at += 2;
      } else if (code === star && text.charCodeAt(at + 1) === slash) {
        depth--;
        at += 2;
      } else if ((code >= 0x20 && code < 0x7f) || code === lineFeed) {
        at++;
      } else if (Number.isNaN(code)) {
        this.truncated = true;
        this.report(
          "unterminated-comment",
          start,
          start + 2,
          {},
          {
            suggestion:
              "block comments nest: each `/*` needs a `*/` of its own",
          },
        );
        return at;
      } else {
        at = this.#checkCharacter(at);
      }
    }
    return at;
  }

  /**
   * Reads what begins with a character beyond ASCII, or ends the file.
   *
   * @returns where to go on, or -1 if a token was read
   */
  #readBeyondAscii(at: number): number {
    const codePoint = this.text.codePointAt(at);
    if (codePoint === undefined) {
      this.#set(Token.endOfFile, at, at);
      return -1;
    }
    if (whyForbidden(codePoint) !== undefined) return this.#checkCharacter(at);
    if (!isWordStart(codePoint)) return this.#skipUnexpected(at);
    this.#readWord(at, at + (codePoint > 0xffff ? 2 : 1), Seen.other);
    return -1;
  }

  /** Reports a character that may stand nowhere, and goes on behind it. */
  #checkCharacter(at: number): number {
    const codePoint = this.text.codePointAt(at) ?? 0;
    const end = at + (codePoint > 0xffff ? 2 : 1);
    const reason = whyForbidden(codePoint);
    if (reason !== undefined) {
      this.report("forbidden-character", at, end, {
        character: describeCharacter(codePoint),
        reason,
      });
    }
    return end;
  }

  /**
   * Reads a run of characters that mean nothing as one invalid token; those that may stand nowhere count as space.
   *
   * @returns where to go on, or -1 if a token was read
   */
  #skipUnexpected(start: number): number {
    const text = this.text;
    if (whyForbidden(text.codePointAt(start) ?? 0) !== undefined)
      return this.#checkCharacter(start);
    let end = start;
    for (;;) {
      const codePoint = text.codePointAt(end);
      if (codePoint === undefined || !this.#isUnexpected(codePoint, end)) break;
      end += codePoint > 0xffff ? 2 : 1;
    }
    this.#set(Token.invalid, start, end);
    if (!this.skipping)
      this.report("unexpected-character", start, end, {
        characters: describeRun(text.slice(start, end)),
      });
    return -1;
  }

  #isUnexpected(codePoint: number, at: number): boolean {
    if (codePoint >= 128)
      return !isWordStart(codePoint) && whyForbidden(codePoint) === undefined;
    if (codePoint === 0x0d) return this.text.charCodeAt(at + 1) !== lineFeed;
    return (
      roles[codePoint] === Role.none && whyForbidden(codePoint) === undefined
    );
  }
}

/** How many names are kept for reuse: a power of two. */
const nameSlots = 1024;

const byteOrderMark = 0xfeff;
const lineFeed = 0x0a;
const star = 0x2a;
const slash = 0x2f;
const minus = 0x2d;
const greaterThan = 0x3e;

/** What an ASCII character begins. From {@link Role.mark} on it is the whole of a token, whose number is added. */
const Role = {
  none: 0,
  space: 1,
  letter: 2,
  digit: 3,
  slash: 4,
  minus: 5,
  percent: 6,
  quote: 7,
  carriageReturn: 8,
  mark: 16,
} as const;

/** What a word has in it, as bits. */
const Seen = {
  nothing: 0,
  /** Lower-case letters and digits: with these alone a word needs no check. */
  plain: 1,
  dash: 2,
  other: 4,
} as const;

const roles = new Uint8Array(128);
/** For each ASCII character, what a word that begins with it has in it; zero if none does. */
const roleSeen = new Uint8Array(128);
/** For each ASCII character, what a word that goes on with it has in it; zero if none does. */
const wordSeen = new Uint8Array(128);

for (const character of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_") {
  const code = character.charCodeAt(0);
  roles[code] = Role.letter;
  roleSeen[code] = wordSeen[code] = /[a-z]/u.test(character)
    ? Seen.plain
    : Seen.other;
}
for (const character of "0123456789") {
  roles[character.charCodeAt(0)] = Role.digit;
  wordSeen[character.charCodeAt(0)] = Seen.plain;
}
wordSeen[minus] = Seen.dash;
for (const character of " \t\n") roles[character.charCodeAt(0)] = Role.space;
roles[0x0d] = Role.carriageReturn;
roles[slash] = Role.slash;
roles[minus] = Role.minus;
roles[0x25] = Role.percent;
roles[0x22] = Role.quote;
const marks: readonly [string, Token][] = [
  ["=", Token.equals],
  [",", Token.comma],
  [":", Token.colon],
  [".", Token.period],
  [";", Token.semicolon],
  ["(", Token.leftParenthesis],
  [")", Token.rightParenthesis],
  ["{", Token.leftBrace],
  ["}", Token.rightBrace],
  ["<", Token.lessThan],
  [">", Token.greaterThan],
  ["*", Token.star],
  ["@", Token.at],
  ["+", Token.plus],
];
for (const [character, token] of marks)
  roles[character.charCodeAt(0)] = Role.mark + token;

/** The keywords by length and first letter, so that a word is compared with one or two at most. */
const keywordTable: (
  { readonly word: string; readonly token: Token }[] | undefined
)[] = [];
const longestKeyword = Math.max(
  ...Array.from(keywords.keys(), (word) => word.length),
);
for (let slot = 0; slot < (longestKeyword + 1) * 128; slot++)
  keywordTable.push(undefined);
for (const [word, token] of keywords) {
  (keywordTable[keywordSlot(word.length, word.charCodeAt(0))] ??= []).push({
    word,
    token,
  });
}

function keywordSlot(length: number, first: number): number {
  return length * 128 + first;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function describeRun(run: string): string {
  const characters = Array.from(run.slice(0, 40));
  const [first = ""] = characters;
  if (characters.length === 1)
    return describeCharacter(first.codePointAt(0) ?? 0);
  return `\`${characters.map((character) => (/[\p{L}\p{N}\p{P}\p{S}]/u.test(character) ? character : "\u{fffd}")).join("")}\``;
}
