import type {
  DiagnosticArguments,
  DiagnosticCode,
} from "../diagnostics/catalogue.js";
import type { ReportDetails } from "../diagnostics/collector.js";
import { Lexer } from "./lexer.js";
import { describeToken, isKeyword, Token } from "./tokens.js";

/** Whether an item of a block can begin with a token. */
export type StartsItem = (token: Token) => boolean;

/**
 * How the parser fails and goes on.
 *
 * When something is not as expected, it is reported once and the lexer **freezes**: the current token becomes
 * {@link Token.invalid}, which nothing accepts and nobody reports. So every production runs on to its end without a
 * special case, makes the nodes it can, and leaves the lexer where it is, until a list or block thaws it and goes on
 * behind the damage. Nothing is thrown.
 */
export class RecoveringLexer extends Lexer {
  /** The token that was frozen on. */
  #frozen: Token = Token.invalid;
  /** Where it thawed last: thawing there again skips at least one token, so that the parser always gets on. */
  #thawedAt = -1;
  /** Where the next failure is a consequence of what was reported already. */
  #excusedAt = -1;
  /** How many `<` were taken whose `>` was not. */
  protected angles = 0;
  /** What the blocks that are being read can hold, from the file inwards. */
  protected readonly enclosing: StartsItem[] = [];
  /** How many `}` may turn up that belong to blocks which were given up, and are no further mistake. */
  protected owedBraces = 0;

  /** Whether something was not as expected and nothing recovered from it yet. */
  get failed(): boolean {
    return this.token === Token.invalid;
  }

  /** Whether the current token is invalid in itself, rather than frozen. */
  get isStray(): boolean {
    return this.token === Token.invalid && this.#frozen === Token.invalid;
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

  /**
   * Reports the current token and freezes.
   *
   * @param expected - what could have stood here, as in "`;` or `->`"
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

  /** Stops accepting tokens until something recovers, without a report. */
  freeze(): void {
    if (this.token === Token.invalid) return;
    this.#frozen = this.token;
    this.token = Token.invalid;
  }

  /** Lets a failure at an offset pass, for it follows from what was reported. */
  excuse(offset: number): void {
    this.#excusedAt = offset;
  }

  /** Whether only space and comments stand between the start of the line and the current token. */
  startsLine(): boolean {
    if (this.previousEnd === 0) return true;
    for (let at = this.start - 1; at >= this.previousEnd; at--) {
      if (this.text.charCodeAt(at) === lineFeed) return true;
    }
    return false;
  }

  /** The token behind the current one. */
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
   * Goes on after a failure between two elements of a list.
   *
   * @param close - the token that ends the list
   * @returns whether another element may follow; if not, the list is over: either its end was taken, or the lexer is
   * frozen again because what follows belongs to whatever the list stands in
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
          // What fails on the spot again lies in the same damage.
          if (!this.startsLine()) this.excuse(this.start);
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
          if (
            this.#startsItemAnywhere() &&
            this.startsLine() &&
            !this.#isMember()
          ) {
            if (close === Token.rightBrace) this.owedBraces++;
            return this.#giveUp();
          }
          this.#skip();
      }
    }
  }

  /**
   * Goes on after a failure between two items of the innermost block.
   *
   * @param open - the offset of the block's `{`
   * @returns whether more of the block may follow; if not, its `}` is missing and the current token belongs to what
   * the block stands in
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
              this.owedBraces++;
              return false;
            }
          }
          this.#skip();
      }
    }
  }

  /**
   * Goes on after a failure between two items of the file: at the next one. What stands before it can be the rest of a
   * block that was closed too early, about which one message is enough.
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
   * Goes on after a failure in the arguments of an attribute, with what the attribute belongs to.
   *
   * @param isOpen - whether there are any: else that begins where the failure is
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

  /** Goes on at the next `{` after a failure, if it comes on the same line; else stays frozen. */
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
   * Goes on at the current token after a failure, if it is of a kind that can follow what is missing, and what is
   * missing does not stand right behind it.
   */
  protected recoverAt(follows: StartsItem, missing: Token): boolean {
    if (this.#frozen === Token.invalid || !follows(this.#frozen)) return false;
    if (this.peek() === missing) return false;
    this.token = this.#frozen;
    this.#frozen = Token.invalid;
    return true;
  }

  /** Takes a block without a look at what is in it. */
  protected skipBraces(): void {
    this.#skipGroup();
  }

  /**
   * Skips a balanced group from its opening token on. A group of braces ends at the latest where the file does, and the
   * others where a block or item does, so that a `<` too many does not swallow the file.
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

  /** Accepts tokens again, behind the type that the failure lies in, if it lies in one. */
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

  #leaveType(): void {
    while (this.angles > 0) {
      if (this.token === Token.lessThan) this.angles++;
      else if (this.token === Token.greaterThan) this.angles--;
      else if (this.#endsGroup()) this.angles = 0;
      if (this.angles > 0 || this.token === Token.greaterThan) this.#skip();
    }
  }

  /** Whether the current token stands in no type and no list of parameters. */
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

  /** Whether the current token begins an item of a block around the innermost one, whose `}` is then missing. */
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

  /** Whether the current token stands no deeper in the text than the line on which a block was opened. */
  #isOutside(block: number): boolean {
    const depth = this.source.positionAt(this.start).column - 1;
    const opened = this.source.lineText(this.source.positionAt(block).line);
    let indentation = 0;
    while (indentation < depth && isBlank(opened.charCodeAt(indentation))) {
      indentation++;
    }
    return depth <= indentation;
  }

  /** Whether a keyword begins an item at the top of a file, in a world or in an interface. */
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

  /** Whether the current token, a keyword, is rather meant as the name of a member, by what stands behind it. */
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
