import type { Identifier } from "./ast.js";
import { hasUpperCase, invalidNameReason } from "./characters.js";
import type { ReportDetails } from "../diagnostics/collector.js";
import { hintForName } from "./hints.js";
import { NameValidity, type Names } from "./names.js";
import { RecoveringLexer, type StartsItem } from "./recovering-lexer.js";
import type { DiagnosticCollector } from "../diagnostics/collector.js";
import type { SourceFile } from "./source.js";
import { describeToken, isKeyword, Token } from "./tokens.js";
import { Mark } from "./kind.js";
import { Tree } from "./tree.js";

/** The building blocks of the productions: expected tokens, names, lists and blocks. */
export class TokenStream extends RecoveringLexer {
  /** A stack of the elements of unfinished lists, so that each list is allocated once, in its final size. */
  readonly #elements: unknown[] = [];
  #elementCount = 0;
  /** `File.isUnusual` of `ast.ts`, for the text read so far. */
  isUnusual = false;
  /** The last valid version that was read. Most versions in a file are equal, and are then not validated again. */
  lastVersion = "";
  /** Stores the nodes of interfaces, types and functions. */
  readonly tree: Tree;
  /** Offset of the last name that {@link readName} consumed, including its `%`. */
  nameStart = 0;
  /** {@link Mark.escaped} if that name was escaped, otherwise {@link Mark.none}. */
  nameMark: number = Mark.none;

  constructor(source: SourceFile, sink: DiagnosticCollector, names: Names) {
    super(source, sink, names);
    this.tree = new Tree(source, names);
  }

  /** Consumes the current token if it is the given one. Returns whether it was. */
  eat(token: Token): boolean {
    if (this.token !== token) return false;
    this.next();
    return true;
  }

  /** Consumes the current token if it is the given one, otherwise fails. */
  expect(token: Token, details?: ReportDetails): void {
    if (this.token === token) this.next();
    else this.unexpected(describeToken(token), details);
  }

  /** Consumes the `<` of a type, or fails. */
  openAngle(): void {
    if (this.token === Token.lessThan) {
      this.next();
      this.angles++;
    } else {
      this.unexpected("`<`");
    }
  }

  /** Consumes the `>` that closes the last open `<`, or fails. */
  closeAngle(expected = "`>`"): void {
    if (this.token === Token.greaterThan) {
      this.next();
      this.angles--;
    } else {
      this.unexpected(expected);
    }
  }

  /**
   * Consumes a name, or fails. Sets {@link nameStart} and {@link nameMark}.
   *
   * A keyword is reported. If the token after it shows that it is meant as a name, it is accepted as one.
   *
   * @param follower - a token that can follow a name here, in addition to those that can follow names anywhere.
   * @returns the number of the name in {@link names}; 0 if the name is missing.
   */
  readName(follower: Token = Token.invalid): number {
    if (this.token === Token.identifier) {
      const { name } = this;
      if (this.names.validity(name) !== NameValidity.valid) this.#checkName();
      this.nameStart = this.start;
      this.nameMark = Mark.none;
      this.next();
      return name;
    }
    if (this.token === Token.escapedIdentifier) {
      const { name } = this;
      this.#checkName();
      this.nameStart = this.start;
      this.nameMark = Mark.escaped;
      this.next();
      if (name === 0) this.excuse(this.start);
      return name;
    }
    if (isKeyword(this.token)) {
      this.#reportKeyword();
      const following = this.peek();
      if (following === follower || canFollowName(following)) {
        const name = this.names.of(this.tokenText());
        this.nameStart = this.start;
        this.nameMark = Mark.none;
        this.next();
        return name;
      }
      this.freeze();
    } else this.unexpected("a name");
    this.nameStart = this.previousEnd;
    this.nameMark = Mark.none;
    return 0;
  }

  /** Consumes a name, or fails and returns an empty one. */
  identifier(): Identifier {
    const name = this.names.text(this.readName());
    const start = this.nameStart;
    const end = start + name.length + (this.nameMark === Mark.escaped ? 1 : 0);
    return { kind: "identifier", start, end, name };
  }

  /**
   * Parses a list between two tokens. The elements are separated by commas; a trailing comma is allowed.
   *
   * list ::= open ( element ( ',' element )* ','? )? close
   *
   * @param open - the opening token.
   * @param close - the closing token.
   * @param parseElement - parses an element and stores it. If it cannot parse the element, it fails and stores nothing.
   */
  list(
    open: Token,
    close: Token,
    parseElement: (tokens: TokenStream) => void,
  ): void {
    this.#open(open, isName);
    while (!this.failed) {
      if (this.eat(close)) break;
      parseElement(this);
      if (this.token === Token.comma) {
        this.next();
        continue;
      }
      if (this.eat(close)) break;
      this.unexpected(`\`,\` or ${describeToken(close)}`);
      if (!this.recoverInList(close)) break;
    }
  }

  /**
   * Parses a block of items between braces.
   *
   * block ::= '{' item* '}'
   *
   * @param parseItem - parses an item and stores it. If it cannot parse the item, it fails and stores nothing.
   * @param startsHere - which tokens an item of the block can begin with.
   */
  block(
    parseItem: (tokens: TokenStream) => void,
    startsHere: StartsItem,
  ): void {
    const open = this.start;
    this.#open(Token.leftBrace, startsHere);
    this.enclosing.push(startsHere);
    while (!this.failed || this.isInvalidToken) {
      if (this.eat(Token.rightBrace)) break;
      if (this.token === Token.endOfFile) {
        this.#reportUnclosed(open);
        break;
      }
      if (!this.failed) parseItem(this);
      if (this.failed && !this.recoverInBlock(open)) break;
    }
    this.enclosing.pop();
  }

  /** Parses items up to the end of the file. The parameters are those of {@link block}. */
  remainder(
    parseItem: (tokens: TokenStream) => void,
    startsHere: StartsItem,
  ): void {
    this.enclosing.push(startsHere);
    if (this.failed) this.recoverInFile();
    while (this.token !== Token.endOfFile) {
      if (this.token === Token.rightBrace && this.pendingCloseBraces > 0) {
        this.pendingCloseBraces--;
        this.next();
        continue;
      }
      parseItem(this);
      if (this.failed) this.recoverInFile();
    }
  }

  /** Skips a block without parsing its contents. Fails if there is no `{`. */
  skipBlock(): void {
    if (this.token === Token.leftBrace) this.skipBraces();
    else this.unexpected("`{`");
  }

  /** The position in the stack of collected elements, to be passed to {@link collected}. */
  get mark(): number {
    return this.#elementCount;
  }

  /** Adds an element for {@link collected}. */
  collect(element: unknown): void {
    this.#elements[this.#elementCount++] = element;
  }

  /**
   * Returns the elements collected since a {@link mark} and removes them from the stack. The caller guarantees their
   * type.
   */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- one stack serves lists of all types
  collected<Element>(mark: number): readonly Element[] {
    const count = this.#elementCount;
    if (count === mark) return none;
    this.#elementCount = mark;
    return this.#elements.slice(mark, count) as Element[];
  }

  /**
   * Consumes the opening token of a list or block. If only that token is missing, parsing continues as if it were
   * there. Otherwise a missing `{` is searched for on the rest of the line.
   */
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
    else this.pendingCloseBraces++;
  }

  #reportUnclosed(open: number): void {
    const { source } = this;
    const message = "the block begins here";
    this.unexpected("`}`", {
      related: [{ source, start: open, end: open + 1, message }],
    });
  }

  /** Validates the current token as a name, unless the word is already known to be valid. */
  #checkName(): void {
    const { names, name } = this;
    const known = names.validity(name);
    if (known === NameValidity.valid) return;
    const text = names.text(name);
    const isUpper = known === NameValidity.upperCase || hasUpperCase(text);
    if (isUpper) this.isUnusual = true;
    if (known === NameValidity.upperCase) return;
    const reason = invalidNameReason(text);
    if (reason === undefined) {
      names.setValidity(
        name,
        isUpper ? NameValidity.upperCase : NameValidity.valid,
      );
      return;
    }
    const values = { name: text === "" ? "%" : text, reason };
    this.report(
      "invalid-name",
      this.start,
      this.end,
      values,
      hintForName(text),
    );
    // If the name is directly followed by a character that no name can contain, do not report a second error.
    this.excuse(this.end);
  }

  #reportKeyword(): void {
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
  }
}

/** Whether a token can follow a name, but not a keyword that begins an item. */
function canFollowName(token: Token): boolean {
  switch (token) {
    case Token.colon:
    case Token.comma:
    case Token.semicolon:
    case Token.period:
    case Token.slash:
    case Token.equals:
    case Token.as:
    case Token.leftBrace:
    case Token.rightBrace:
      return true;
    default:
      return false;
  }
}

/** The empty list. It is shared, because most nodes contain one. */
export const none: readonly never[] = Object.freeze([]);

function isName(token: Token): boolean {
  return token === Token.identifier || token === Token.escapedIdentifier;
}
