import type { Identifier } from "./ast.js";
import { hasUpperCase, whyNoName } from "./characters.js";
import { EscapedName, PlainName } from "./nodes.js";
import { RecoveringLexer, type StartsItem } from "./recovering-lexer.js";
import { describeToken, isKeyword, Token } from "./tokens.js";

/** The tokens as the productions see them: what they expect, names, lists and blocks. */
export class TokenStream extends RecoveringLexer {
  /** Where the elements of unfinished lists wait, so that each list is made once, in its final size. */
  readonly #elements: unknown[] = [];
  #elementCount = 0;
  /** Whether the file read so far is unusual, see `ast.ts`. */
  isUnusual = false;

  /** Takes the current token if it is the one given. */
  eat(token: Token): boolean {
    if (this.token !== token) return false;
    this.next();
    return true;
  }

  /** Takes the current token, which has to be the one given, or fails. */
  expect(token: Token): void {
    if (this.token === token) this.next();
    else this.unexpected(describeToken(token));
  }

  /** Takes the `<` of a type, or fails. */
  openAngle(): void {
    if (this.token === Token.lessThan) {
      this.next();
      this.angles++;
    } else {
      this.unexpected("`<`");
    }
  }

  /** Takes the `>` that belongs to the `<` taken last, or fails. */
  closeAngle(expected = "`>`"): void {
    if (this.token === Token.greaterThan) {
      this.next();
      this.angles--;
    } else {
      this.unexpected(expected);
    }
  }

  /** Takes a name, or fails and makes an empty one. */
  identifier(): Identifier {
    const start = this.start;
    const end = this.end;
    if (this.token === Token.identifier) {
      const name = this.word();
      if (this.needsCheck) this.#checkName(name, start, end);
      this.next();
      return new PlainName(start, name);
    }
    if (this.token === Token.escapedIdentifier) {
      const name = this.text.slice(start + 1, end);
      this.#checkName(name, start, end);
      this.next();
      if (name === "") this.excuse(this.start);
      return new EscapedName(start, name);
    }
    if (isKeyword(this.token)) this.#keywordAsName();
    else this.unexpected("a name");
    return new PlainName(this.previousEnd, "");
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
    parseElement: (tokens: TokenStream) => Element | undefined,
  ): readonly Element[] {
    const base = this.#elementCount;
    this.#open(open, isName);
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
    return this.collected<Element>(base);
  }

  /**
   * Takes a block of items between braces.
   *
   * block ::= '{' item* '}'
   *
   * @param parseItem takes an item; what it cannot make sense of it leaves out, and fails
   */
  block<Item>(
    parseItem: (tokens: TokenStream) => Item | undefined,
    startsHere: StartsItem,
  ): readonly Item[] {
    const base = this.#elementCount;
    const open = this.start;
    this.#open(Token.leftBrace, startsHere);
    this.enclosing.push(startsHere);
    while (!this.failed || this.isStray) {
      if (this.eat(Token.rightBrace)) break;
      if (this.token === Token.endOfFile) {
        this.#reportUnclosed(open);
        break;
      }
      const item = this.failed ? undefined : parseItem(this);
      if (item !== undefined) this.collect(item);
      if (this.failed && !this.recoverInBlock(open)) break;
    }
    this.enclosing.pop();
    return this.collected<Item>(base);
  }

  /** Takes items to the end of the file, and {@link collect}s them. */
  remainder(
    parseItem: (tokens: TokenStream) => unknown,
    startsHere: StartsItem,
  ): void {
    this.enclosing.push(startsHere);
    if (this.failed) this.recoverInFile();
    while (this.token !== Token.endOfFile) {
      if (this.token === Token.rightBrace && this.owedBraces > 0) {
        this.owedBraces--;
        this.next();
        continue;
      }
      const item = parseItem(this);
      if (item !== undefined) this.collect(item);
      if (this.failed) this.recoverInFile();
    }
  }

  /** Takes a block without a look at what is in it. */
  skipBlock(): void {
    if (this.token === Token.leftBrace) this.skipBraces();
    else this.unexpected("`{`");
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
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- one stack serves lists of all types
  collected<Element>(mark: number): readonly Element[] {
    const count = this.#elementCount;
    if (count === mark) return none;
    this.#elementCount = mark;
    return this.#elements.slice(mark, count) as Element[];
  }

  /** Takes the opening token of a list or block; if it alone is missing, goes on as if it were there. */
  #open(open: Token, startsElement: StartsItem): void {
    if (this.token === open) {
      this.next();
      return;
    }
    if (this.failed) return;
    this.unexpected(describeToken(open));
    if (this.recoverAt(startsElement, open)) return;
    if (open !== Token.leftBrace) return;
    this.recoverAtBrace();
    if (this.token === Token.leftBrace) this.next();
    else this.owedBraces++;
  }

  #reportUnclosed(open: number): void {
    const { source } = this;
    const message = "the block begins here";
    this.unexpected("`}`", {
      related: [{ source, start: open, end: open + 1, message }],
    });
  }

  #checkName(name: string, start: number, end: number): void {
    const reason = whyNoName(name);
    if (!this.isUnusual && hasUpperCase(name)) this.isUnusual = true;
    if (reason === undefined) return;
    this.report("invalid-name", start, end, { name, reason });
    // Where a name goes on with something that is not part of one, that is no second mistake.
    this.excuse(end);
  }

  #keywordAsName(): void {
    const keyword = this.tokenText();
    const values = { expected: "a name", keyword };
    const details = {
      suggestion: `write \`%${keyword}\` to use it as a name`,
    };
    this.report(
      "keyword-as-name",
      this.start,
      this.end,
      values,
      keyword === "_" ? undefined : details,
    );
    this.freeze();
  }
}

/** The list without elements, which most nodes have somewhere. */
export const none: readonly never[] = Object.freeze([]);

function isName(token: Token): boolean {
  return token === Token.identifier || token === Token.escapedIdentifier;
}
