import type { DiagnosticCollector } from "../diagnostics/collector.js";
import type { TypeId, TypeReference } from "../model/model.js";
import { primitiveNames } from "../model/primitives.js";
import type { Identifier, InterfaceItem } from "../syntax/ast.js";
import type { SourceFile } from "../syntax/source.js";
import type { LostText } from "./lost-text.js";
import { mostExplained, suggestName } from "./suggest.js";
import { isClosed, unresolved } from "./type-table.js";

/** The names one can use within an interface or a world: its types, and those of its functions that were read so far. */
export class Scope {
  readonly source: SourceFile;
  /** The types of the model. */
  readonly types: Map<string, TypeId>;
  /** Names of types that the model does not have: their gate is closed, or they could not be resolved. */
  hidden: Map<string, TypeReference> | undefined;
  /** Where the types are whose gate is closed. */
  closed: Identifier[] | undefined;
  /** What of it could not be read: a name that is missing may have been there. */
  readonly #lost: LostText | undefined;
  readonly #diagnostics: DiagnosticCollector;
  // Most scopes need none of these, so they are made when something is put in.
  #unknown: Set<string> | undefined;
  #rejected: Set<Identifier> | undefined;

  readonly #closedOwner: string | undefined;
  readonly #items: readonly InterfaceItem[];
  readonly #functions: ReadonlyMap<string, unknown> | undefined;

  /**
   * @param lost what of the text could not be understood
   * @param closedOwner what owns the types, "interface" or "world", if its gate is closed: then theirs have to be, too
   * @param types takes the types
   * @param items of an interface: the items, to tell where a function is
   * @param functions of an interface: those that were read so far, by name
   */
  constructor(
    source: SourceFile,
    diagnostics: DiagnosticCollector,
    lost: LostText | undefined,
    closedOwner: string | undefined,
    types: Map<string, TypeId>,
    items: readonly InterfaceItem[] = [],
    functions?: ReadonlyMap<string, unknown>,
  ) {
    this.source = source;
    this.types = types;
    this.#diagnostics = diagnostics;
    this.#lost = lost;
    this.#closedOwner = closedOwner;
    this.#items = items;
    this.#functions = functions;
  }

  /** Whether a mention is part of what a syntax error is in. */
  isAffected(name: Identifier): boolean {
    return name.name === "" || this.#lost?.affects(name.start) === true;
  }

  /** Gives a name a type. Whoever calls it has made sure that the name is free. */
  define(name: Identifier, reference: TypeReference): void {
    if (
      typeof reference === "string" ||
      reference === unresolved ||
      isClosed(reference)
    ) {
      this.hidden ??= new Map();
      this.hidden.set(name.name, reference);
      if (isClosed(reference)) (this.closed ??= []).push(name);
    } else {
      this.types.set(name.name, reference);
      if (this.#closedOwner !== undefined) {
        const range = { source: this.source, start: name.start, end: name.end };
        this.#diagnostics.report("ungated-type", range, {
          name: name.name,
          owner: this.#closedOwner,
        });
      }
    }
  }

  /** Notes a definition that does not count, because its name was taken. */
  reject(name: Identifier): void {
    (this.#rejected ??= new Set()).add(name);
  }

  /** Whether a definition counts. */
  defines(name: Identifier): boolean {
    return this.#rejected?.has(name) !== true;
  }

  /** The name of the function of that name that was read already. */
  function(name: string): Identifier | undefined {
    if (this.#functions?.has(name) !== true) return undefined;
    for (const item of this.#items)
      if (item.kind === "function" && item.name.name === name) return item.name;
    return undefined;
  }

  /** Whether a type of this name is there, be it hidden. */
  has(name: string): boolean {
    return this.types.has(name) || this.hidden?.has(name) === true;
  }

  /** Looks a type up; an unknown name is reported. */
  type(name: Identifier): TypeReference {
    const found = this.types.get(name.name) ?? this.hidden?.get(name.name);
    if (found !== undefined) return found;
    this.reportUnknown(name);
    return unresolved;
  }

  /**
   * Reports a type's name that is not defined, once.
   *
   * @param others names that will be defined
   */
  reportUnknown(name: Identifier, others?: Iterable<string>): void {
    if (this.#unknown?.has(name.name) === true) return;
    const isFunction = this.#functions?.has(name.name) === true;
    if (!isFunction) (this.#unknown ??= new Set()).add(name.name);
    const range = { source: this.source, start: name.start, end: name.end };
    if (isFunction) {
      const named =
        this.#diagnostics.size > mostExplained
          ? undefined
          : this.function(name.name);
      const related =
        named === undefined
          ? []
          : [
              {
                source: this.source,
                start: named.start,
                end: named.end,
                message: "defined here",
              },
            ];
      this.#diagnostics.report(
        "wrong-kind",
        range,
        { name: name.name, found: "a function", expected: "a type" },
        { related },
      );
      return;
    }
    if (
      this.isAffected(name) ||
      this.#lost?.mayDefine(name.name, "type") === true
    )
      return;
    const renamed = renamedPrimitives.get(name.name);
    const suggestion =
      renamed === undefined
        ? suggestName(
            this.#diagnostics,
            name.name,
            this.types.keys(),
            this.hidden?.keys(),
            others ?? [],
            primitiveNames,
          )
        : `the type is called \`${renamed}\` now`;
    this.#diagnostics.report(
      "unknown-type",
      range,
      { name: name.name },
      suggestion === undefined ? {} : { suggestion },
    );
  }
}

const renamedPrimitives: ReadonlyMap<string, string> = new Map([
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
  ["str", "string"],
]);
