import type {
  DiagnosticArguments,
  DiagnosticCode,
} from "../diagnostics/catalogue.js";
import type { ReportDetails } from "../diagnostics/collector.js";
import type { Identifier } from "./ast.js";
import { whyNoName } from "./characters.js";
import { Lexer } from "./lexer.js";
import { describeToken, isKeyword, Token } from "./tokens.js";

/**
 * The tokens as the productions see them, and how the parser fails and recovers.
 *
 * When something is not as expected, it is reported once and the stream **freezes**: the current token becomes
 * {@link Token.invalid}, which nothing accepts and nobody reports. So every production runs on to its end without a
 * special case, makes the nodes it can, and leaves the stream where it is, until a list or block thaws it with
 * {@link recoverInList} or {@link recoverInBlock} and goes on behind the damage. Nothing is thrown.
 */
export class TokenStream extends Lexer {
  /** Where the elements of unfinished lists wait, so that each list is made once, in its final size. */
  readonly #elements: unknown[] = [];
  #elementCount = 0;
  /** The token that the stream froze on. */
  #frozen: Token = Token.invalid;
  /** Where the stream thawed last: thawing there again skips at least one token, so that it always gets on. */
  #thawedAt = -1;

  /** Whether something was not as expected and nothing recovered from it yet. */
  get failed(): boolean {
    return this.token === Token.invalid;
  }

  /** Reports a problem with a range of this file. */
  problem<Code extends DiagnosticCode>(
    code: Code,
    range: { readonly start: number; readonly end: number },
    values: DiagnosticArguments<Code>,
    details?: ReportDetails,
  ): void {
    this.report(code, range.start, range.end, values, details);
  }

  /** Takes the current token if it is the one given. */
  eat(token: Token): boolean {
    if (this.token !== token) return false;
    this.next();
    return true;
  }

  /** The token behind the current one. */
  peek(): Token {
    const { token, start, end, previousEnd, docs, needsCheck, stringValue } =
      this;
    this.next();
    const following = this.token;
    Object.assign(this, {
      token,
      start,
      end,
      previousEnd,
      docs,
      needsCheck,
      stringValue,
    });
    return following;
  }

  /** Takes the current token, which has to be the one given, or fails. */
  expect(token: Token): void {
    if (this.token === token) this.next();
    else this.unexpected(describeToken(token));
  }

  /**
   * Reports the current token and freezes.
   *
   * @param expected what could have stood here, as in "`;` or `->`"
   */
  unexpected(expected: string, details?: ReportDetails): void {
    if (this.token === Token.invalid) return;
    if (this.token !== Token.endOfFile || !this.truncated) {
      this.report(
        "unexpected-token",
        this.start,
        this.end,
        { expected, found: this.#describeCurrent() },
        details,
      );
    }
    this.freeze();
  }

  /** Reports the current token where an item was to begin. */
  unexpectedItem(expected: string, details?: ReportDetails): void {
    this.unexpected(expected, details);
  }

  /** Takes a block without a look at what is in it. */
  skipBlock(): void {
    if (this.token !== Token.leftBrace) this.expect(Token.leftBrace);
    else this.#skipGroup();
  }

  /** Stops accepting tokens until something recovers, without a report. */
  freeze(): void {
    if (this.token === Token.invalid) return;
    this.#frozen = this.token;
    this.token = Token.invalid;
  }

  /** Takes a name, or fails and makes an empty one. */
  identifier(): Identifier {
    const start = this.start;
    const end = this.end;
    if (this.token === Token.identifier) {
      const name = this.text.slice(start, end);
      if (this.needsCheck) this.#checkName(name, start, end);
      this.next();
      return { kind: "identifier", start, end, name };
    }
    if (this.token === Token.escapedIdentifier) {
      const name = this.text.slice(start + 1, end);
      this.#checkName(name, start, end);
      this.next();
      return { kind: "identifier", start, end, name };
    }
    if (isKeyword(this.token)) this.#keywordAsName();
    else this.unexpected("a name");
    return {
      kind: "identifier",
      start: this.previousEnd,
      end: this.previousEnd,
      name: "",
    };
  }

  /**
   * Takes a list between two tokens, separated by commas, with one at the end if need be.
   *
   * list ::= open ( element ( ',' element )* ','? )? close
   *
   * @param parseElement takes an element; what it cannot make sense of it leaves out
   */
  list<Element>(
    open: Token,
    close: Token,
    parseElement: (tokens: this) => Element | undefined,
  ): readonly Element[] {
    const base = this.#elementCount;
    this.expect(open);
    while (!this.failed) {
      if (this.eat(close)) break;
      const element = parseElement(this);
      if (element !== undefined) this.collect(element);
      if (this.token === Token.comma) {
        this.next();
        continue;
      }
      if (this.eat(close)) break;
      this.unexpected(`\`,\` or ${describeToken(close)}`);
      if (!this.recoverInList(close)) break;
    }
    return this.collected(base);
  }

  /**
   * Takes a block of items between braces.
   *
   * block ::= '{' item* '}'
   *
   * @param parseItem takes an item; what it cannot make sense of it leaves out, and fails
   * @param startsHere whether an item of this block can begin with a token
   */
  block<Item>(
    parseItem: (tokens: this) => Item | undefined,
    startsHere: (token: Token) => boolean,
  ): readonly Item[] {
    const base = this.#elementCount;
    const open = this.start;
    this.expect(Token.leftBrace);
    while (!this.failed || this.#isStray()) {
      if (this.eat(Token.rightBrace)) break;
      if (this.token === Token.endOfFile) {
        this.unexpected("`}`", {
          related: [
            {
              source: this.source,
              start: open,
              end: open + 1,
              message: "the block begins here",
            },
          ],
        });
        break;
      }
      const item = this.failed ? undefined : parseItem(this);
      if (item !== undefined) this.collect(item);
      if (this.failed && !this.recoverInBlock(open, startsHere)) break;
    }
    return this.collected(base);
  }

  /** Where the elements collected from now on begin. */
  get mark(): number {
    return this.#elementCount;
  }

  /** Keeps an element for {@link collected}. */
  collect(element: unknown): void {
    this.#elements[this.#elementCount++] = element;
  }

  /** Makes a list of the elements collected since a {@link mark}, which have to be of the type that is asked for. */
  collected<Element>(mark: number): readonly Element[] {
    const count = this.#elementCount;
    if (count === mark) return none;
    this.#elementCount = mark;
    return this.#elements.slice(mark, count) as Element[];
  }

  /** Whether only space and comments stand between the start of the line and the current token. */
  startsLine(): boolean {
    if (this.previousEnd === 0) return true;
    for (let at = this.start - 1; at >= this.previousEnd; at--)
      if (this.text.charCodeAt(at) === lineFeed) return true;
    return false;
  }

  /**
   * Goes on after a failure between two elements of a list.
   *
   * @param close the token that ends the list
   * @returns whether another element may follow; if not, the list is over: either its end was taken, or the stream is
   * frozen again because what follows belongs to whatever the list stands in
   */
  recoverInList(close: Token): boolean {
    this.#thaw();
    for (;;) {
      const token = this.token;
      if (token === close) {
        this.next();
        return false;
      }
      switch (token) {
        case Token.comma:
          this.next();
          return true;
        case Token.semicolon:
          // Between braces it stands for a comma; elsewhere it ends the item whose list was never closed.
          if (close !== Token.rightBrace) return this.#giveUp();
          this.next();
          return true;
        case Token.endOfFile:
        case Token.rightBrace:
          return this.#giveUp();
        case Token.identifier:
        case Token.escapedIdentifier:
          // At the start of a line it is the next element, and a comma is missing.
          if (close === Token.rightBrace && this.startsLine()) return true;
          this.#skip();
          break;
        case Token.leftBrace:
          if (close !== Token.rightBrace) return this.#giveUp();
          this.#skipGroup();
          break;
        case Token.leftParenthesis:
        case Token.lessThan:
          this.#skipGroup();
          break;
        default:
          if (startsItem(token) && this.startsLine()) return this.#giveUp();
          this.#skip();
      }
    }
  }

  /**
   * Goes on after a failure between two items of a block, or of the file.
   *
   * @param block the offset of the block's `{`, or -1 for the file
   * @param startsHere whether an item of this block can begin with a token
   * @returns whether more of the block may follow; if not, its `}` is missing and the current token belongs to
   * what the block stands in
   */
  recoverInBlock(
    block: number,
    startsHere: (token: Token) => boolean,
  ): boolean {
    this.#thaw();
    for (;;) {
      switch (this.token) {
        case Token.endOfFile:
          return true;
        case Token.rightBrace:
          if (block >= 0) return true;
          this.#skip();
          return true;
        case Token.semicolon:
          this.next();
          return true;
        case Token.leftBrace:
          this.#skipGroup();
          return true;
        default:
          if (
            (startsItem(this.token) || startsHere(this.token)) &&
            this.startsLine()
          ) {
            if (startsHere(this.token)) return true;
            if (block >= 0 && startsItem(this.token) && this.#isOutside(block))
              return false;
          }
          this.#skip();
      }
    }
  }

  /**
   * Goes on after a failure in the arguments of an attribute, with what the attribute belongs to.
   */
  recoverInAttribute(): void {
    this.#thaw();
    for (;;) {
      switch (this.token) {
        case Token.rightParenthesis:
          this.next();
          return;
        case Token.endOfFile:
        case Token.semicolon:
        case Token.leftBrace:
        case Token.rightBrace:
        case Token.at:
          return;
        default:
          if (this.startsLine() || startsItem(this.token)) return;
          this.#skip();
      }
    }
  }

  /** Goes on at the next `{` after a failure, if it comes before the item's end; else stays frozen. */
  recoverAtBrace(): void {
    this.#thaw();
    while (
      this.token !== Token.leftBrace &&
      this.token !== Token.rightBrace &&
      this.token !== Token.semicolon &&
      this.token !== Token.endOfFile &&
      !this.startsLine()
    ) {
      this.#skip();
    }
    if (this.token !== Token.leftBrace) this.freeze();
  }

  /**
   * Skips a balanced group from its opening token on. A group of braces ends at the latest where the file does, and the
   * others where a block or item does, so that a `<` too many does not swallow the file.
   */
  #skipGroup(): void {
    const open = this.token;
    const inBraces = open === Token.leftBrace;
    const close = inBraces
      ? Token.rightBrace
      : open === Token.lessThan
        ? Token.greaterThan
        : Token.rightParenthesis;
    let depth = 0;
    do {
      if (this.token === open) depth++;
      else if (this.token === close) depth--;
      else if (this.token === Token.endOfFile) return;
      else if (!inBraces && endsGroup(this.token)) return;
      this.#skip();
    } while (depth > 0);
  }

  /** Whether the current token is invalid in itself, rather than frozen. */
  #isStray(): boolean {
    return this.token === Token.invalid && this.#frozen === Token.invalid;
  }

  /** Accepts tokens again. */
  #thaw(): void {
    if (this.token === Token.invalid) {
      this.token = this.#frozen;
      this.#frozen = Token.invalid;
    }
    if (this.token === Token.invalid || this.start === this.#thawedAt)
      this.#skip();
    this.#thawedAt = this.start;
  }

  #giveUp(): false {
    // Whoever recovers next does so here, and that is no standing still.
    this.#thawedAt = -1;
    this.freeze();
    return false;
  }

  /** Goes to the next token that is one. */
  #skip(): void {
    this.skipping = true;
    do this.next();
    while (this.token === Token.invalid);
    this.skipping = false;
  }

  /** Whether the current token stands no deeper in the text than the line on which a block was opened. */
  #isOutside(block: number): boolean {
    const depth = this.source.positionAt(this.start).column - 1;
    const opened = this.source.lineText(this.source.positionAt(block).line);
    let indentation = 0;
    while (indentation < depth && isSpace(opened.charCodeAt(indentation)))
      indentation++;
    return depth <= indentation;
  }

  #checkName(name: string, start: number, end: number): void {
    const reason = whyNoName(name);
    if (reason !== undefined)
      this.report("invalid-name", start, end, { name, reason });
  }

  #keywordAsName(): void {
    const keyword = this.tokenText();
    this.report(
      "keyword-as-name",
      this.start,
      this.end,
      { expected: "a name", keyword },
      keyword === "_"
        ? undefined
        : { suggestion: `write \`%${keyword}\` to use it as a name` },
    );
    this.freeze();
  }

  #describeCurrent(): string {
    const token = this.token;
    if (token === Token.endOfFile) return "the end of the file";
    if (token === Token.string) return "a string";
    return isKeyword(token)
      ? `the keyword \`${this.tokenText()}\``
      : `\`${this.tokenText()}\``;
  }
}

const lineFeed = 0x0a;

/** The list without elements, which most nodes have somewhere. */
export const none: readonly never[] = Object.freeze([]);

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Whether a token begins an item somewhere: at the top, in a world, in an interface. */
function startsItem(token: Token): boolean {
  switch (token) {
    case Token.interface:
    case Token.world:
    case Token.package:
    case Token.use:
    case Token.import:
    case Token.export:
    case Token.include:
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

function endsGroup(token: Token): boolean {
  return (
    token === Token.semicolon ||
    token === Token.leftBrace ||
    token === Token.rightBrace
  );
}
