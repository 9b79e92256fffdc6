import type { SourceFile } from "../syntax/source.js";
import { firstFrom, hasErrorIn } from "./parsed-package.js";

/**
 * A range of a file that contains syntax errors, so that part of it could not be parsed. A name that seems to be
 * unknown may be a consequence of such an error, and is then not reported. Problems that are unrelated to the errors
 * are still reported.
 */
export class UnparsedText {
  /** For an item that is invalid as a whole: a name that is missing from it is never reported. */
  static readonly everything = new UnparsedText(undefined, 0, 0, []);

  readonly #source: SourceFile | undefined;
  readonly #start: number;
  readonly #end: number;
  readonly #errors: readonly number[];

  private constructor(
    source: SourceFile | undefined,
    start: number,
    end: number,
    errors: readonly number[],
  ) {
    this.#source = source;
    this.#start = start;
    this.#end = end;
    this.#errors = errors;
  }

  /**
   * Returns the unreadable text of a range of a file; `undefined` if the range contains no syntax error.
   *
   * @param errors - the offsets of the file's syntax errors, in order
   */
  static of(
    source: SourceFile,
    piece: { readonly start: number; readonly end: number },
    errors: readonly number[],
  ): UnparsedText | undefined {
    return errors.length > 0 && hasErrorIn(piece, errors)
      ? new UnparsedText(source, piece.start, piece.end, errors)
      : undefined;
  }

  /**
   * Whether the text may define a name in a part that could not be parsed.
   *
   * @param what - `"item"` for the name of a package, an interface or a world; `"type"` for the name of a type
   */
  mayDefine(name: string, what: "item" | "type"): boolean {
    if (this.#source === undefined) return true;
    let found = definitionsOf.get(this.#source);
    if (found === undefined) {
      found = findDefinitions(this.#source.text);
      definitionsOf.set(this.#source, found);
    }
    return (
      found.words.has(name) ||
      found.missing[what].some(
        (offset) => offset >= this.#start && offset <= this.#end,
      )
    );
  }

  /** Whether a syntax error occurs at or after an offset, but not after the next `}`. */
  isBefore(offset: number): boolean {
    if (this.#source === undefined) return true;
    const error = this.#errors[firstFrom(offset, this.#errors)];
    if (error === undefined) return false;
    const close = this.#source.text.indexOf("}", offset);
    return close < 0 || error <= close;
  }

  /**
   * Whether no semicolon or brace separates an offset from a syntax error, so that the error may affect the text there.
   */
  affects(offset: number): boolean {
    if (this.#source === undefined) return true;
    const { text } = this.#source;
    const index = firstFrom(offset, this.#errors);
    const before = this.#errors[index - 1];
    const after = this.#errors[index];
    return (
      (before !== undefined && !separates(text, before, offset)) ||
      (after !== undefined && !separates(text, offset, after))
    );
  }
}

/** The words of a whole file, not of a range: an extra or missing brace moves the ends of the blocks around it. */
const definitionsOf = new WeakMap<SourceFile, Definitions>();

function separates(text: string, start: number, end: number): boolean {
  for (let index = start; index < end; index++) {
    const unit = text[index];
    if (unit === ";" || unit === "{" || unit === "}") return true;
  }
  return false;
}

/** Words that are followed by a name that is mentioned, not defined. */
const mentioning: ReadonlySet<string> = new Set([
  "use",
  "include",
  "import",
  "export",
]);

/** Words that are followed by a name that is defined, each with the kind of that name. */
const defining: ReadonlyMap<string, "item" | "type"> = new Map([
  ["package", "item"],
  ["interface", "item"],
  ["world", "item"],
  ["as", "item"],
  ["type", "type"],
  ["record", "type"],
  ["variant", "type"],
  ["enum", "type"],
  ["flags", "type"],
  ["resource", "type"],
]);

/** The names that a text may define, found by scanning its tokens without parsing. */
interface Definitions {
  /**
   * Words that follow another word (except `use`, `include`, `import` and `export`), begin an item, precede a block, or
   * are in a list of used names.
   */
  readonly words: ReadonlySet<string>;
  /** The offsets where such a word is missing, so that any name may be defined there. */
  readonly missing: { readonly item: number[]; readonly type: number[] };
}

function findDefinitions(text: string): Definitions {
  const words = new Set<string>();
  const missing: Definitions["missing"] = { item: [], type: [] };
  let previous = ";";
  let beforePrevious = "";
  let isUse = false;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (token.startsWith("//") || token.startsWith("/*") || token === "%")
      continue;
    if (isWord(token)) {
      const isDefinition = isWord(previous)
        ? !mentioning.has(previous)
        : previous === ";" || previous === "{" || previous === "}";
      if (isUse || isDefinition) words.add(token);
    } else {
      const what = defining.get(previous);
      if (isUse && token === "," && !isWord(previous)) missing.type.push(index);
      else if (what !== undefined && !isInline(beforePrevious, previous, token))
        missing[isUse ? "type" : what].push(index);
      if (token === "{") {
        isUse = previous === ".";
        if (isWord(previous)) words.add(previous);
      } else if (token === "}" || token === ";") isUse = false;
    }
    beforePrevious = previous;
    previous = token;
  }
  return { words, missing };
}

/** Whether three tokens begin an inline interface of a world. Its name precedes them. */
function isInline(first: string, second: string, third: string): boolean {
  return first === ":" && second === "interface" && third === "{";
}

const tokens =
  /\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*[\p{L}\p{N}_])?|\S/gu;

function isWord(token: string): boolean {
  return /^[\p{L}\p{N}_]/u.test(token);
}
