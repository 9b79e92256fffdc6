import type { DiagnosticCollector } from "../diagnostics/collector.js";
import type { SourceRange } from "../diagnostics/diagnostic.js";
import { primitives } from "../syntax/kind.js";
import type { Tree } from "../syntax/tree.js";
import type { LostText } from "./lost-text.js";
import type { NameTable } from "./name-table.js";
import { isClosed, type Reference, unresolved } from "./reference.js";
import { mostExplained, suggestName } from "./suggest.js";

/** A piece of a file. */
export interface Piece {
  readonly start: number;
  readonly end: number;
}

/** What is blamed: a node of the tree, or a piece of the file. */
export type Blamed = number | Piece;

/** The names one can use within an interface or a world: its types, and those of its functions that were read so far. */
export class Scope {
  readonly tree: Tree;
  /** Its number among the scopes of the run. */
  readonly id: number;
  /** Where the types are whose gate is closed. */
  closed: { readonly name: number; readonly at: Piece }[] | undefined;
  /** Names of types that the model does not have: their gate is closed, or they could not be resolved. */
  hidden: number[] | undefined;
  /** What of it could not be read: a name that is missing may have been there. */
  readonly #lost: LostText | undefined;
  readonly #names: NameTable;
  readonly #diagnostics: DiagnosticCollector;
  // Most scopes need none of these, so they are made when something is put in.
  #unknown: Set<number> | undefined;
  #rejected: Set<number> | undefined;

  readonly #closedOwner: string | undefined;

  /**
   * @param id - its number among the scopes of the run
   * @param lost - what of the text could not be understood
   * @param closedOwner - what owns the types, "an interface" or "a world", if its gate is closed: then theirs have to be, too
   */
  constructor(
    tree: Tree,
    id: number,
    names: NameTable,
    diagnostics: DiagnosticCollector,
    lost: LostText | undefined,
    closedOwner: string | undefined,
  ) {
    this.tree = tree;
    this.id = id;
    this.#names = names;
    this.#diagnostics = diagnostics;
    this.#lost = lost;
    this.#closedOwner = closedOwner;
  }

  /** The range of what is blamed. */
  rangeOf(at: Blamed): SourceRange {
    const { start, end } = typeof at === "number" ? this.tree.blamed(at) : at;
    return { source: this.tree.source, start, end };
  }

  /** Whether a mention is part of what a syntax error is in. */
  isAffected(name: number, start: number): boolean {
    return name === 0 || this.#lost?.affects(start) === true;
  }

  /** Whether there is a syntax error in what follows an offset, up to the next `}`. */
  hasErrorBehind(start: number): boolean {
    return this.#lost?.isBefore(start) === true;
  }

  /** Gives a name a type. Whoever calls it has made sure that the name is free. */
  define(name: number, reference: Reference, at: Blamed): void {
    if (reference === unresolved || isClosed(reference)) {
      this.#names.hide(this.id, name, reference);
      (this.hidden ??= []).push(name);
      if (isClosed(reference))
        (this.closed ??= []).push({ name, at: this.rangeOf(at) });
      return;
    }
    this.#names.define(this.id, name, reference);
    if (this.#closedOwner !== undefined) {
      this.#diagnostics.report("ungated-type", this.rangeOf(at), {
        name: this.tree.names.text(name),
        owner: this.#closedOwner,
      });
    }
  }

  /** Notes a definition that does not count, because its name was taken. */
  reject(start: number): void {
    (this.#rejected ??= new Set()).add(start);
  }

  /** Whether the definition whose name begins at an offset counts. */
  defines(start: number): boolean {
    return this.#rejected?.has(start) !== true;
  }

  /** Whether a type of this name is there, be it hidden. */
  has(name: number): boolean {
    return this.#names.isType(this.id, name);
  }

  /** Looks up the type that a node names; an unknown name is reported. */
  type(node: number): Reference {
    const name = this.tree.name(node);
    const found = this.#names.type(this.id, name);
    if (found !== undefined) return found;
    this.reportUnknown(node);
    return unresolved;
  }

  /**
   * Reports a type's name that is not defined, once.
   *
   * @param node - what names it
   * @param others - names that will be defined
   */
  reportUnknown(node: number, others?: Iterable<number>): void {
    const { names } = this.tree;
    const name = this.tree.name(node);
    if (this.#unknown?.has(name) === true) return;
    const named = this.#names.function(this.id, name);
    if (named < 0) (this.#unknown ??= new Set()).add(name);
    const at = {
      start: this.tree.nameStart(node),
      end: this.tree.nameEnd(node),
    };
    const text = names.text(name);
    if (named >= 0) {
      const related =
        this.#diagnostics.size > mostExplained
          ? []
          : [{ ...this.rangeOf(named), message: "defined here" }];
      this.#diagnostics.report(
        "wrong-kind",
        this.rangeOf(at),
        { name: text, found: "a function", expected: "a type" },
        { related },
      );
      return;
    }
    if (
      this.isAffected(name, at.start) ||
      this.#lost?.mayDefine(text, "type") === true
    )
      return;
    const known = otherNames.get(text);
    const suggestion =
      known === undefined
        ? suggestName(
            this.#diagnostics,
            text,
            names.texts(this.#names.typesOf(this.id)),
            names.texts(this.hidden ?? []),
            names.texts(others ?? []),
            primitives,
          )
        : `in WIT that is \`${known}\``;
    this.#diagnostics.report(
      "unknown-type",
      this.rangeOf(at),
      { name: text },
      suggestion === undefined ? {} : { suggestion },
    );
  }
}

/** What primitive types were called before, and are called in other languages. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ["float32", "f32"],
  ["float64", "f64"],
  ["unit", "tuple<>"],
  ["int", "s32"],
  ["i8", "s8"],
  ["i16", "s16"],
  ["i32", "s32"],
  ["i64", "s64"],
  ["boolean", "bool"],
  ["number", "f64"],
  ["float", "f32"],
  ["double", "f64"],
  ["byte", "u8"],
  ["str", "string"],
]);
