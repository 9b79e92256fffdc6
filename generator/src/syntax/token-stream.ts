import type { Identifier } from "./ast.js";
import { hasUpperCase, whyNoName } from "./characters.js";
import type { ReportDetails } from "../diagnostics/collector.js";
import { hintForName } from "./hints.js";
import { Verdict, type Names } from "./names.js";
import { RecoveringLexer, type StartsItem } from "./recovering-lexer.js";
import type { DiagnosticCollector } from "../diagnostics/collector.js";
import type { SourceFile } from "./source.js";
import { describeToken, isKeyword, Token } from "./tokens.js";
import { Mark } from "./kind.js";
import { Tree } from "./tree.js";

/** The tokens as the productions see them: what they expect, names, lists and blocks. */
export class TokenStream extends RecoveringLexer {
  /** Where the elements of unfinished lists wait, so that each list is made once, in its final size. */
  readonly #elements: unknown[] = [];
  #elementCount = 0;
  /** Whether the file read so far is unusual, see `ast.ts`. */
  isUnusual = false;
  /** The version that was read last, if it is one: most of a file are the same, and need not be checked again. */
  lastVersion = "";
  /** Takes what is read of interfaces, types and functions. */
  readonly tree: Tree;
  /** Where the name began that {@link readName} took last. */
  nameStart = 0;
  /** {@link Mark.escaped}, if it was. */
  nameMark: number = Mark.none;

  constructor(source: SourceFile, sink: DiagnosticCollector, names: Names) {
    super(source, sink, names);
    this.tree = new Tree(source, names);
  }

  /** Takes the current token if it is the one given. */
  eat(token: Token): boolean {
    if (this.token !== token) return false;
    this.next();
    return true;
  }

  /** Takes the current token, which has to be the one given, or fails. */
  expect(token: Token, details?: ReportDetails): void {
    if (this.token === token) this.next();
    else this.unexpected(describeToken(token), details);
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

  /**
   * Takes a name, or fails. What there is to know of it besides is in {@link nameStart} and {@link nameMark}.
   *
   * A keyword that can only be meant as a name is reported and taken for one.
   *
   * @param follower - a token that can stand behind the name here and nowhere else
   * @returns its number in {@link names}; 0 if it is missing
   */
  readName(follower: Token = Token.invalid): number {
    if (this.token === Token.identifier) {
      const { name } = this;
      if (this.names.verdict(name) !== Verdict.fine) this.#checkName();
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
      if (following === follower || standsBehindName(following)) {
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

  /** Takes a name, or fails and makes an empty one. */
  identifier(): Identifier {
    const name = this.names.text(this.readName());
    const start = this.nameStart;
    const end = start + name.length + (this.nameMark === Mark.escaped ? 1 : 0);
    return { kind: "identifier", start, end, name };
  }

  /**
   * Takes a list between two tokens, separated by commas, with one at the end if need be.
   *
   * list ::= open ( element ( ',' element )* ','? )? close
   *
   * @param parseElement - takes an element, and keeps it; what it cannot make sense of it leaves out
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
   * Takes a block of items between braces.
   *
   * block ::= '{' item* '}'
   *
   * @param parseItem - takes an item, and keeps it; what it cannot make sense of it leaves out, and fails
   */
  block(
    parseItem: (tokens: TokenStream) => void,
    startsHere: StartsItem,
  ): void {
    const open = this.start;
    this.#open(Token.leftBrace, startsHere);
    this.enclosing.push(startsHere);
    while (!this.failed || this.isStray) {
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

  /** Takes items to the end of the file. */
  remainder(
    parseItem: (tokens: TokenStream) => void,
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
      parseItem(this);
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

  /** Checks the current token, which is to be a name, unless all is known of the word already. */
  #checkName(): void {
    const { names, name } = this;
    const known = names.verdict(name);
    if (known === Verdict.fine) return;
    const text = names.text(name);
    const isUpper = known === Verdict.upperCase || hasUpperCase(text);
    if (isUpper) this.isUnusual = true;
    if (known === Verdict.upperCase) return;
    const reason = whyNoName(text);
    if (reason === undefined) {
      names.setVerdict(name, isUpper ? Verdict.upperCase : Verdict.fine);
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
    // Where a name goes on with something that is not part of one, that is no second mistake.
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

/** Whether a token stands behind names, and behind no keyword that begins something. */
function standsBehindName(token: Token): boolean {
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

/** The list without elements, which most nodes have somewhere. */
export const none: readonly never[] = Object.freeze([]);

function isName(token: Token): boolean {
  return token === Token.identifier || token === Token.escapedIdentifier;
}
