import type {
  DiagnosticArguments,
  DiagnosticCode,
} from "../diagnostics/catalogue.js";
import type { ReportDetails } from "../diagnostics/collector.js";
import { Lexer } from "./lexer.js";
import { describeToken, isKeyword, Token } from "./tokens.js";

/** Tests whether an item of a block can begin with a token. */
export type StartsItem = (token: Token) => boolean;

/**
 * Error recovery for the parser.
 *
 * An unexpected token is reported once, and the lexer **freezes**: the current token becomes {@link Token.invalid},
 * which no production accepts and for which no error is reported. Every production therefore runs to its end without a
 * special case for errors, creates the nodes it can, and does not advance the lexer, until a list or block thaws the
 * lexer and continues after the error. Nothing is thrown.
 */
export class RecoveringLexer extends Lexer {
  /** The token at which the lexer froze; {@link Token.invalid} while it is not frozen. */
  #frozen: Token = Token.invalid;
  /**
   * Offset of the last thaw. A second thaw at the same token skips it, unless it is a `}`, so that the parser always
   * advances.
   */
  #thawedAt = -1;
  /** Offset at which a failure is a consequence of an error that was already reported, and is not reported again. */
  #excusedAt = -1;
  /** The number of `<` that were consumed without their `>`. */
  protected angles = 0;
  /** For each open block, from the file inwards: which tokens its items can begin with. */
  protected readonly enclosing: StartsItem[] = [];
  /**
   * The number of `}` that belong to abandoned blocks. That many are skipped at the top level of the file, without a
   * report.
   */
  protected pendingCloseBraces = 0;

  /** Whether the parser failed and has not recovered yet. */
  get failed(): boolean {
    return this.token === Token.invalid;
  }

  /** Whether the current token is invalid because of its text, rather than because the lexer is frozen. */
  get isInvalidToken(): boolean {
    return this.token === Token.invalid && this.#frozen === Token.invalid;
  }

  /** Reports a problem in a range of this file. */
  problem<Code extends DiagnosticCode>(
    code: Code,
    range: { readonly start: number; readonly end: number },
    values: DiagnosticArguments<Code>,
    details?: ReportDetails,
  ): void {
    this.report(code, range.start, range.end, values, details);
  }

  /**
   * Reports the current token as unexpected and freezes.
   *
   * @param expected - what was expected instead, as in "`;` or `->`".
   */
  unexpected(expected: string, details?: ReportDetails): void {
    if (this.token === Token.invalid) return;
    const isConsequence =
      this.start === this.#excusedAt ||
      (this.token === Token.endOfFile && this.truncated);
    if (!isConsequence) {
      const values = { expected, found: this.#describeCurrent() };
      this.report("unexpected-token", this.start, this.end, values, details);
    }
    this.freeze();
  }

  /** Freezes without a report: no token is accepted until a list or block recovers. */
  freeze(): void {
    if (this.token === Token.invalid) return;
    this.#frozen = this.token;
    this.token = Token.invalid;
  }

  /**
   * Suppresses the report of a failure at an offset, because it is a consequence of an error that was already reported.
   */
  excuse(offset: number): void {
    this.#excusedAt = offset;
  }

  /** Whether the current token is the first one on its line. */
  startsLine(): boolean {
    if (this.previousEnd === 0) return true;
    for (let at = this.start - 1; at >= this.previousEnd; at--) {
      if (this.text.charCodeAt(at) === lineFeed) return true;
    }
    return false;
  }

  /** Returns the token after the current one, without consuming any. */
  peek(): Token {
    const { token, start, end, previousEnd, docs } = this;
    const { name, stringValue } = this;
    this.next();
    const following = this.token;
    this.token = token;
    this.start = start;
    this.end = end;
    this.previousEnd = previousEnd;
    this.docs = docs;
    this.name = name;
    this.stringValue = stringValue;
    return following;
  }

  /**
   * Recovers from a failure in a list, at the boundary between two elements.
   *
   * @param close - the token that ends the list.
   * @returns whether another element may follow. If not, the list has ended: either its closing token was consumed, or
   * the lexer is frozen again, because the next token belongs to the construct that contains the list.
   */
  protected recoverInList(close: Token): boolean {
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
          // A failure at the next token of the same line is part of the same error.
          if (!this.startsLine()) this.excuse(this.start);
          return true;
        case Token.semicolon:
          // In braces, a `;` is a mistyped comma. In other lists, it ends the item, and the list was not closed.
          if (close !== Token.rightBrace) return this.#giveUp();
          this.next();
          return true;
        case Token.endOfFile:
        case Token.rightBrace:
          return this.#giveUp();
        case Token.identifier:
        case Token.escapedIdentifier:
          // At the start of a line, a name is the next element, and the comma before it is missing.
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
          if (
            this.#startsItemAnywhere() &&
            this.startsLine() &&
            !this.#isMember()
          ) {
            if (close === Token.rightBrace) this.pendingCloseBraces++;
            return this.#giveUp();
          }
          this.#skip();
      }
    }
  }

  /**
   * Recovers from a failure in the innermost block, at the boundary between two items.
   *
   * @param open - the offset of the block's `{`.
   * @returns whether the block continues. If not, its `}` is missing, and the current token belongs to an outer block.
   */
  protected recoverInBlock(open: number): boolean {
    this.#thaw();
    const startsHere = this.enclosing.at(-1);
    for (;;) {
      switch (this.token) {
        case Token.endOfFile:
        case Token.rightBrace:
          return true;
        case Token.semicolon:
          this.next();
          return true;
        case Token.leftBrace:
          this.#skipGroup();
          this.#skipSemicolon();
          return true;
        default:
          if (this.startsLine()) {
            if (startsHere?.(this.token) === true) return true;
            if (this.#belongsOutside(open)) {
              this.pendingCloseBraces++;
              return false;
            }
          }
          this.#skip();
      }
    }
  }

  /**
   * Recovers from a failure at the top level of the file, at the next item. The skipped tokens may be the rest of a
   * block that was closed too early; for these, one message is enough.
   */
  protected recoverInFile(): void {
    this.#thaw();
    const startsHere = this.enclosing.at(-1);
    let isBehindItem = false;
    while (this.token !== Token.endOfFile) {
      if (isBehindItem || this.startsLine()) {
        if (startsHere?.(this.token) === true) return;
      }
      isBehindItem =
        this.token === Token.semicolon || this.token === Token.rightBrace;
      if (this.token === Token.leftBrace) {
        this.#skipGroup();
        isBehindItem = true;
      } else {
        this.#skip();
      }
    }
  }

  /**
   * Recovers from a failure in an attribute, at the item that the attribute belongs to.
   *
   * @param isOpen - whether the attribute has arguments. If not, the item begins at the token of the failure.
   */
  recoverInAttribute(isOpen: boolean): void {
    if (!isOpen) {
      this.#thawedAt = -1;
      this.#thaw();
      return;
    }
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
          this.excuse(this.start);
          return;
        default:
          if (this.startsLine() || this.#startsItemAnywhere()) {
            this.excuse(this.start);
            return;
          }
          this.#skip();
      }
    }
  }

  /** Recovers from a failure at the next `{` if it is on the same line. Otherwise the lexer stays frozen. */
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
    if (this.token !== Token.leftBrace) this.#giveUp();
  }

  /**
   * Recovers from a missing token by continuing at the current one. This is done only if the current token can follow
   * the missing one, and the missing one does not come directly after it.
   *
   * @returns whether the lexer recovered.
   */
  protected recoverAt(follows: StartsItem, missing: Token): boolean {
    if (this.#frozen === Token.invalid || !follows(this.#frozen)) return false;
    if (this.peek() === missing) return false;
    this.token = this.#frozen;
    this.#frozen = Token.invalid;
    return true;
  }

  /** Skips a block in braces. */
  protected skipBraces(): void {
    this.#skipGroup();
  }

  /**
   * Skips a balanced group, starting at its opening token. An unclosed group of braces extends to the end of the file.
   * Any other unclosed group ends at the end of the enclosing block or item, so that a stray `<` does not skip the
   * whole file.
   */
  #skipGroup(): void {
    const open = this.token;
    const inBraces = open === Token.leftBrace;
    const close = closers.get(open);
    let depth = 0;
    do {
      if (this.token === open) depth++;
      else if (this.token === close) depth--;
      else if (this.token === Token.endOfFile) return;
      else if (!inBraces && this.#endsGroup()) return;
      this.#skip();
    } while (depth > 0);
  }

  /** Accepts tokens again. If the failure is between the `<` and `>` of a type, skips to the end of that type. */
  #thaw(): void {
    if (this.token === Token.invalid) {
      this.token = this.#frozen;
      this.#frozen = Token.invalid;
    }
    const stands =
      this.start === this.#thawedAt && this.token !== Token.rightBrace;
    if (this.token === Token.invalid || stands) this.#skip();
    this.#leaveType();
    this.#thawedAt = this.start;
  }

  /** Skips to the end of the outermost type whose `<` was consumed, or to where it must end at the latest. */
  #leaveType(): void {
    while (this.angles > 0) {
      if (this.token === Token.lessThan) this.angles++;
      else if (this.token === Token.greaterThan) this.angles--;
      else if (this.#endsGroup()) this.angles = 0;
      if (this.angles > 0 || this.token === Token.greaterThan) this.#skip();
    }
  }

  /** Whether the current token cannot occur inside a type or a list of parameters. */
  #endsGroup(): boolean {
    switch (this.token) {
      case Token.semicolon:
      case Token.leftBrace:
      case Token.rightBrace:
      case Token.rightParenthesis:
      case Token.endOfFile:
        return true;
      default:
        return this.#startsItemAnywhere() && this.startsLine();
    }
  }

  #skipSemicolon(): void {
    if (this.token === Token.semicolon) this.next();
  }

  #giveUp(): false {
    // The next recovery starts at this token and must not skip it.
    this.#thawedAt = -1;
    this.freeze();
    return false;
  }

  /** Advances to the next valid token, without reporting unexpected characters. */
  #skip(): void {
    this.skipping = true;
    do this.next();
    while (this.token === Token.invalid);
    this.skipping = false;
  }

  /**
   * Whether the current token begins an item of an outer block, so that the `}` of the innermost block is missing. The
   * criteria are the kind of token, its indentation, and that a name follows.
   */
  #belongsOutside(open: number): boolean {
    const token = this.token;
    if (!this.enclosing.slice(0, -1).some((starts) => starts(token)))
      return false;
    if (!this.#isOutside(open)) return false;
    const following = this.peek();
    return (
      following === Token.identifier || following === Token.escapedIdentifier
    );
  }

  /** Whether the current token is indented no deeper than the line on which a block was opened. */
  #isOutside(block: number): boolean {
    const depth = this.source.positionAt(this.start).column - 1;
    const opened = this.source.lineText(this.source.positionAt(block).line);
    let indentation = 0;
    while (indentation < depth && isBlank(opened.charCodeAt(indentation))) {
      indentation++;
    }
    return depth <= indentation;
  }

  /** Whether the current token is a keyword that begins an item of a file, a world or an interface. */
  #startsItemAnywhere(): boolean {
    switch (this.token) {
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

  /** Whether the token after the current keyword shows that the keyword is meant as the name of a member. */
  #isMember(): boolean {
    const following = this.peek();
    return (
      following === Token.comma ||
      following === Token.colon ||
      following === Token.leftParenthesis ||
      following === Token.rightBrace
    );
  }

  #describeCurrent(): string {
    const token = this.token;
    if (token === Token.endOfFile || token === Token.string) {
      return token === Token.string ? "a string" : describeToken(token);
    }
    return isKeyword(token)
      ? `the keyword \`${this.tokenText()}\``
      : `\`${this.tokenText()}\``;
  }
}

const lineFeed = 0x0a;

const closers: ReadonlyMap<Token, Token> = new Map<Token, Token>([
  [Token.leftBrace, Token.rightBrace],
  [Token.leftParenthesis, Token.rightParenthesis],
  [Token.lessThan, Token.greaterThan],
]);

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
