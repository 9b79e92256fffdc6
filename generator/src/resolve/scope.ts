import type { DiagnosticCollector } from "../diagnostics/collector.js";
import type { SourceRange } from "../diagnostics/diagnostic.js";
import { primitives } from "../syntax/kind.js";
import type { Tree } from "../syntax/tree.js";
import type { UnparsedText } from "./unparsed-text.js";
import type { NameTable } from "./name-table.js";
import { isClosed, type Reference, unresolved } from "./reference.js";
import { mostExplained, suggestName } from "./suggest.js";

/** A range of a file. */
export interface Piece {
  readonly start: number;
  readonly end: number;
}

/** The position for a diagnostic: a node of the tree, or a range of the file. */
export type DiagnosticPosition = number | Piece;

/**
 * The names that are visible in an interface or a world: its types, and the functions that have been resolved so far.
 */
export class Scope {
  readonly tree: Tree;
  /** The number of the scope in the `NameTable`. */
  readonly id: number;
  /** The types whose gate is closed, with the positions of their definitions. */
  closed: { readonly name: number; readonly at: Piece }[] | undefined;
  /** Names of types that are not in the model because their gate is closed or they could not be resolved. */
  hidden: number[] | undefined;
  /** The parts of the text that syntax errors made unreadable. A name that is missing may be defined there. */
  readonly #lost: UnparsedText | undefined;
  readonly #names: NameTable;
  readonly #diagnostics: DiagnosticCollector;
  // Created on first use: most scopes need neither of these.
  #unknown: Set<number> | undefined;
  #rejected: Set<number> | undefined;

  readonly #closedOwner: string | undefined;

  /**
   * @param id - the number of the scope in the `NameTable`
   * @param lost - the parts of the text that syntax errors made unreadable
   * @param closedOwner - "an interface" or "a world" if the owner's gate is closed, so that the gates of its types must
   * be closed, too
   */
  constructor(
    tree: Tree,
    id: number,
    names: NameTable,
    diagnostics: DiagnosticCollector,
    lost: UnparsedText | undefined,
    closedOwner: string | undefined,
  ) {
    this.tree = tree;
    this.id = id;
    this.#names = names;
    this.#diagnostics = diagnostics;
    this.#lost = lost;
    this.#closedOwner = closedOwner;
  }

  /** Returns the range of the position for a diagnostic. */
  rangeOf(at: DiagnosticPosition): SourceRange {
    const { start, end } =
      typeof at === "number" ? this.tree.diagnosticRange(at) : at;
    return { source: this.tree.source, start, end };
  }

  /** Whether a syntax error may affect the mention of a name at an offset. */
  isAffected(name: number, start: number): boolean {
    return name === 0 || this.#lost?.affects(start) === true;
  }

  /** Whether there is a syntax error between an offset and the next `}`. */
  hasErrorBehind(start: number): boolean {
    return this.#lost?.isBefore(start) === true;
  }

  /**
   * Defines the name of a type. The name must be free, or that of an unresolved type on a cycle, which is then
   * redefined.
   */
  define(name: number, reference: Reference, at: DiagnosticPosition): void {
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

  /** Records a definition, by the offset of its name, that is ignored because its name is already taken. */
  reject(start: number): void {
    (this.#rejected ??= new Set()).add(start);
  }

  /** Whether the definition whose name begins at an offset was not rejected. */
  defines(start: number): boolean {
    return this.#rejected?.has(start) !== true;
  }

  /** Whether a type of this name is defined, whether or not it is in the model. */
  has(name: number): boolean {
    return this.#names.isType(this.id, name);
  }

  /** Looks up the type that a node names. Reports an unknown name. */
  type(node: number): Reference {
    const name = this.tree.name(node);
    const found = this.#names.type(this.id, name);
    if (found !== undefined) return found;
    this.reportUnknown(node);
    return unresolved;
  }

  /**
   * Reports the name of a type that is not defined. An unknown name is reported once for each scope.
   *
   * @param node - the node that mentions the name
   * @param others - names to suggest that are not defined yet
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

/** Former names of primitive types, and their names in other languages. */
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
