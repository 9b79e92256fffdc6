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
  forbiddenReason,
} from "./characters.js";
import { hintForCharacters } from "./hints.js";
import { multiplier, type Names, tokenOf } from "./names.js";
import type { SourceFile } from "./source.js";
import { readString } from "./strings.js";
import { bytesOf } from "./text-bytes.js";
import { Token } from "./tokens.js";

/**
 * Reads a file one token at a time, on demand; no tokens are stored. All offsets are in UTF-16 units. Invalid text is
 * reported when it is reached. Forbidden characters and unterminated comments are then skipped; any other invalid text
 * becomes a {@link Token.invalid}, for which the parser reports no further error.
 */
export class Lexer {
  readonly source: SourceFile;
  readonly text: string;
  readonly sink: DiagnosticCollector;
  readonly names: Names;
  /** The text as bytes, see {@link bytesOf}. */
  readonly #bytes: Uint8Array;

  /** The current token. */
  token: Token = Token.invalid;
  /** Offset of the first UTF-16 unit of the current token. */
  start = 0;
  /** Offset after the last UTF-16 unit of the current token. */
  end = 0;
  /** Offset after the end of the previous token. */
  previousEnd = 0;
  /** Offset of the first comment between the previous and the current token, or -1. */
  docs = -1;
  /** If the token is a word: its number in {@link names}. For an escaped name, the number of the word after the `%`. */
  name = 0;
  /** If the token is a string: its value. */
  stringValue = "";
  /** Whether the text is being skipped. Unexpected characters are then not reported. */
  protected skipping = false;
  /**
   * Whether the file ends inside a comment or string. This is reported once; the end of the file is then not reported.
   */
  protected truncated = false;

  constructor(source: SourceFile, sink: DiagnosticCollector, names: Names) {
    this.source = source;
    this.text = source.text;
    this.sink = sink;
    this.names = names;
    this.#bytes = bytesOf(source.text);
    if (this.text.charCodeAt(0) === byteOrderMark) this.end = 1;
  }

  /**
   * Reads the next token into {@link token}, {@link start} and {@link end}. At the end of the file, it does not
   * advance.
   */
  next(): void {
    const bytes = this.#bytes;
    this.previousEnd = this.end;
    this.docs = -1;
    let at = this.end;
    for (;;) {
      const code = bytes[at] as number;
      const role = roles[code] as number;
      if (role === Role.space) {
        at++;
        continue;
      }
      if (role === Role.letter) {
        this.#readWord(at);
        return;
      }
      if (role >= Role.mark) {
        this.#set((role - Role.mark) as Token, at, at + 1);
        return;
      }
      switch (role) {
        case Role.slash: {
          const following = bytes[at + 1];
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
          if (bytes[at + 1] === greaterThan) this.#set(Token.arrow, at, at + 2);
          else this.#set(Token.minus, at, at + 1);
          return;
        case Role.digit: {
          let end = at + 1;
          while (isDigit(bytes[end] as number)) end++;
          this.#set(Token.integer, at, end);
          return;
        }
        case Role.percent:
          this.#readEscapedWord(at);
          return;
        case Role.quote:
          this.#readString(at);
          return;
        case Role.beyond:
          at = this.#readBeyondAscii(at);
          if (at < 0) return;
          continue;
        case Role.carriageReturn:
          if (bytes[at + 1] === lineFeed) {
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

  /** Reads a word. The caller has checked that a word can begin at the offset. */
  #readWord(start: number): void {
    const bytes = this.#bytes;
    let end = start;
    let hash = 0;
    let code = bytes[end] as number;
    while (isWordByte[code] === 1) {
      hash = (Math.imul(hash, multiplier) + code) | 0;
      code = bytes[++end] as number;
    }
    if (code >= 128) {
      const past = this.#wordEnd(end);
      if (past > end) {
        this.name = this.names.of(this.text.slice(start, past));
        this.#set(Token.identifier, start, past);
        return;
      }
    }
    this.name = this.names.ofBytes(this.text, bytes, start, end, hash);
    this.#set(tokenOf(this.name), start, end);
  }

  /** Finds the end of a word that contains non-ASCII characters, starting from an offset in it. */
  #wordEnd(start: number): number {
    let end = start;
    for (;;) {
      const codePoint = this.text.codePointAt(end);
      if (codePoint === undefined || !isWordPart(codePoint)) return end;
      end += codePoint > 0xffff ? 2 : 1;
    }
  }

  /** Reads `%` and the word after it, if there is one. */
  #readEscapedWord(start: number): void {
    const codePoint = this.text.codePointAt(start + 1);
    if (
      codePoint === minus ||
      (codePoint !== undefined && isWordStart(codePoint))
    ) {
      this.#readWord(start + 1);
      this.start = start;
    } else {
      this.name = 0;
      this.#set(Token.escapedIdentifier, start, start + 1);
    }
    this.token = Token.escapedIdentifier;
  }

  #readString(start: number): void {
    const reading = readString(this.text, start);
    for (let at = start + 1; at < reading.end;)
      at = this.text.charCodeAt(at) < 0x80 ? at + 1 : this.#checkCharacter(at);
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

  /** Returns the offset after a line comment. `at` is the offset after its `//`. */
  #skipLineComment(at: number): number {
    const bytes = this.#bytes;
    for (;;) {
      const code = bytes[at] as number;
      if (code >= 0x20 && code < 0x7f) at++;
      else if (code === lineFeed) return at + 1;
      else if (at >= this.text.length) return at;
      else at = this.#checkCharacter(at);
    }
  }

  /**
   * Returns the offset after a block comment. Block comments nest. The depth is counted instead of recursing, so that
   * deep nesting cannot overflow the stack.
   */
  #skipBlockComment(start: number): number {
    const bytes = this.#bytes;
    let depth = 1;
    let at = start + 2;
    while (depth > 0) {
      const code = bytes[at] as number;
      if (code === slash && bytes[at + 1] === star) {
        depth++;
        at += 2;
      } else if (code === star && bytes[at + 1] === slash) {
        depth--;
        at += 2;
      } else if ((code >= 0x20 && code < 0x7f) || code === lineFeed) {
        at++;
      } else if (at >= this.text.length) {
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
   * Handles a non-ASCII character or the end of the file.
   *
   * @returns the offset at which to continue, or -1 if a token was read.
   */
  #readBeyondAscii(at: number): number {
    const codePoint = this.text.codePointAt(at);
    if (codePoint === undefined) {
      this.#set(Token.endOfFile, at, at);
      return -1;
    }
    if (forbiddenReason(codePoint) !== undefined)
      return this.#checkCharacter(at);
    if (!isWordStart(codePoint)) return this.#skipUnexpected(at);
    this.#readWord(at);
    return -1;
  }

  /** Reports a character if it is forbidden in WIT. Returns the offset after it. */
  #checkCharacter(at: number): number {
    const codePoint = this.text.codePointAt(at) ?? 0;
    const end = at + (codePoint > 0xffff ? 2 : 1);
    const reason = forbiddenReason(codePoint);
    if (reason !== undefined) {
      this.report("forbidden-character", at, end, {
        character: describeCharacter(codePoint),
        reason,
      });
    }
    return end;
  }

  /**
   * Reads a run of characters that have no meaning in WIT as one invalid token. A forbidden character is reported and
   * then treated as a space.
   *
   * @returns the offset at which to continue, or -1 if a token was read.
   */
  #skipUnexpected(start: number): number {
    const text = this.text;
    if (forbiddenReason(text.codePointAt(start) ?? 0) !== undefined)
      return this.#checkCharacter(start);
    let end = start;
    for (;;) {
      const codePoint = text.codePointAt(end);
      if (codePoint === undefined || !this.#isUnexpected(codePoint, end)) break;
      end += codePoint > 0xffff ? 2 : 1;
    }
    this.#set(Token.invalid, start, end);
    if (!this.skipping) {
      const run = text.slice(start, end);
      this.report(
        "unexpected-character",
        start,
        end,
        { characters: describeRun(run) },
        hintForCharacters(run),
      );
    }
    return -1;
  }

  #isUnexpected(codePoint: number, at: number): boolean {
    if (codePoint >= 128)
      return (
        !isWordStart(codePoint) && forbiddenReason(codePoint) === undefined
      );
    if (codePoint === 0x0d) return this.text.charCodeAt(at + 1) !== lineFeed;
    return (
      roles[codePoint] === Role.none && forbiddenReason(codePoint) === undefined
    );
  }
}

const byteOrderMark = 0xfeff;
const lineFeed = 0x0a;
const star = 0x2a;
const slash = 0x2f;
const minus = 0x2d;
const greaterThan = 0x3e;

/**
 * What an ASCII character begins. A value of {@link Role.mark} or more means that the character is a token by itself:
 * the value is `Role.mark` plus the {@link Token}.
 */
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
  /** Not ASCII, or the end of the text. */
  beyond: 9,
  mark: 16,
} as const;

const roles = new Uint8Array(256).fill(Role.beyond, 128);
/** For each ASCII character: 1 if it can be part of a word, otherwise 0. */
const isWordByte = new Uint8Array(256);

for (const character of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_") {
  roles[character.charCodeAt(0)] = Role.letter;
  isWordByte[character.charCodeAt(0)] = 1;
}
for (const character of "0123456789") {
  roles[character.charCodeAt(0)] = Role.digit;
  isWordByte[character.charCodeAt(0)] = 1;
}
isWordByte[minus] = 1;
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
