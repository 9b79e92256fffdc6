import type { SourceFile } from "../syntax/source.js";
import { firstFrom, hasErrorIn } from "./parsed-package.js";

/**
 * A piece of a file with syntax errors in it. Some of what it says is lost, so a name that seems unknown may be the
 * fault of such an error: then nothing needs to be said of it. What has nothing to do with the errors is still reported.
 */
export class LostText {
  /** Of something that is wrong as a whole, so that nothing that seems to be missing from it proves anything. */
  static readonly everything = new LostText(undefined, 0, 0, []);

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
   * What may be lost of a piece of a file; `undefined` if there is no error in it.
   *
   * @param errors - the offsets of the file's syntax errors, in order
   */
  static of(
    source: SourceFile,
    piece: { readonly start: number; readonly end: number },
    errors: readonly number[],
  ): LostText | undefined {
    return errors.length > 0 && hasErrorIn(piece, errors)
      ? new LostText(source, piece.start, piece.end, errors)
      : undefined;
  }

  /**
   * Whether the text may define a name, though what was understood of it does not.
   *
   * @param what - whether the name is that of a package, an interface or a world, or that of a type
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

  /** Whether there is an error behind an offset before anything is closed that is open there. */
  isBefore(offset: number): boolean {
    if (this.#source === undefined) return true;
    const error = this.#errors[firstFrom(offset, this.#errors)];
    if (error === undefined) return false;
    const close = this.#source.text.indexOf("}", offset);
    return close < 0 || error <= close;
  }

  /** Whether what stands at an offset is part of what an error is in, which ends at a semicolon or a brace. */
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

/** A brace too many or too few moves the end of what it is in, so the words are those of the whole file. */
const definitionsOf = new WeakMap<SourceFile, Definitions>();

function separates(text: string, start: number, end: number): boolean {
  for (let index = start; index < end; index++) {
    const unit = text[index];
    if (unit === ";" || unit === "{" || unit === "}") return true;
  }
  return false;
}

/** Words before a name that is only mentioned. */
const mentioning: ReadonlySet<string> = new Set([
  "use",
  "include",
  "import",
  "export",
]);

/** What the words before a name that is defined define. */
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

/** What a text may define, as far as that can be said without understanding it. */
interface Definitions {
  /** The words behind another word, at the beginning of an item, before a block, or in a list of names used. */
  readonly words: ReadonlySet<string>;
  /** Where such a word is missing, so that it may be any. */
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

/** Whether tokens are those of an interface that stands inline in a world, which has its name before them. */
function isInline(first: string, second: string, third: string): boolean {
  return first === ":" && second === "interface" && third === "{";
}

const tokens =
  /\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*[\p{L}\p{N}_])?|\S/gu;

function isWord(token: string): boolean {
  return /^[\p{L}\p{N}_]/u.test(token);
}
