import type { Stability } from "../model/model.js";
import type { Names } from "../syntax/names.js";
import { NumberList } from "./number-list.js";
import type { Reference } from "./reference.js";

/** The kinds of functions. */
export const FunctionForm = {
  freestanding: 0,
  asyncFreestanding: 1,
  method: 2,
  asyncMethod: 3,
  static: 4,
  asyncStatic: 5,
  constructor: 6,
} as const;
/** One of {@link FunctionForm}. */
export type FunctionForm = (typeof FunctionForm)[keyof typeof FunctionForm];

/** The columns of a row. */
const Column = {
  form: 0,
  resource: 1,
  /** The index of the type of its first parameter in the lists of the `TypeTable`. */
  params: 2,
  count: 3,
  result: 4,
  /** The node of its function type. */
  node: 5,
  tree: 6,
  name: 7,
  resourceName: 8,
  docs: 9,
  /** The node of the function, used as the range of diagnostics; -1 if it has none. */
  item: 10,
  isClosed: 11,
} as const;
const width = 12;

/** Properties that few functions have. */
interface Details {
  stability: Stability | undefined;
  externalId: string | undefined;
  /** The new name, if an `include` renamed the function. */
  renamed: string | undefined;
}

/** All functions of a run. As in the `TypeTable`, each is a row of numbers. */
export class FunctionTable {
  readonly #rows: NumberList;
  readonly #details = new Map<number, Details>();
  readonly #names: Names;

  /**
   * @param names - the interned words of all files
   * @param room - the estimated number of functions
   */
  constructor(names: Names, room: number) {
    this.#names = names;
    this.#rows = new NumberList(width * room);
  }

  get count(): number {
    return this.#rows.length / width;
  }

  /**
   * Adds a function and returns its row.
   *
   * @param params - the index of the type of its first parameter in the lists of the `TypeTable`
   */
  add(
    form: FunctionForm,
    resource: Reference,
    params: number,
    count: number,
    result: Reference,
  ): number {
    const rows = this.#rows;
    const at = rows.extend(width);
    rows.set(at, form);
    rows.set(at + Column.resource, resource);
    rows.set(at + Column.params, params);
    rows.set(at + Column.count, count);
    rows.set(at + Column.result, result);
    return at / width;
  }

  /**
   * Sets the source position of a function.
   *
   * @param tree - the index of its tree
   * @param node - the node of its function type
   * @param item - the node of the function; -1 if it has none
   * @param docs - the offset of its docs, or -1
   */
  setPlace(
    row: number,
    tree: number,
    node: number,
    item: number,
    docs: number,
  ): void {
    const at = row * width;
    this.#rows.set(at + Column.node, node);
    this.#rows.set(at + Column.tree, tree);
    this.#rows.set(at + Column.item, item);
    this.#rows.set(at + Column.docs, docs);
  }

  setName(row: number, name: number, resource: number): void {
    this.#rows.set(row * width + Column.name, name);
    this.#rows.set(row * width + Column.resourceName, resource);
  }

  setDetails(
    row: number,
    stability: Stability | undefined,
    externalId: string | undefined,
  ): void {
    if (stability === undefined && externalId === undefined) return;
    this.#details.set(row, { stability, externalId, renamed: undefined });
  }

  /** Renames a function. */
  rename(row: number, renamed: string): void {
    const details = this.#details.get(row);
    this.#details.set(row, {
      stability: details?.stability,
      externalId: details?.externalId,
      renamed,
    });
  }

  /** Adds a copy of a function with other types, and returns its row. */
  addCopy(
    of: number,
    resource: Reference,
    params: number,
    result: Reference,
  ): number {
    const rows = this.#rows;
    const at = rows.extend(width);
    for (let column = 0; column < width; column++)
      rows.set(at + column, rows.get(of * width + column));
    rows.set(at + Column.resource, resource);
    rows.set(at + Column.params, params);
    rows.set(at + Column.result, result);
    const details = this.#details.get(of);
    if (details !== undefined) this.#details.set(at / width, { ...details });
    return at / width;
  }

  /** Excludes a function from the model. */
  close(row: number): void {
    this.#rows.set(row * width + Column.isClosed, 1);
  }

  setResult(row: number, result: Reference): void {
    this.#rows.set(row * width + Column.result, result);
  }

  isClosed(row: number): boolean {
    return this.#get(row, Column.isClosed) === 1;
  }

  form(row: number): FunctionForm {
    return this.#get(row, Column.form) as FunctionForm;
  }

  resource(row: number): Reference {
    return this.#get(row, Column.resource);
  }

  params(row: number): number {
    return this.#get(row, Column.params);
  }

  countOf(row: number): number {
    return this.#get(row, Column.count);
  }

  result(row: number): Reference {
    return this.#get(row, Column.result);
  }

  node(row: number): number {
    return this.#get(row, Column.node);
  }

  item(row: number): number {
    return this.#get(row, Column.item);
  }

  tree(row: number): number {
    return this.#get(row, Column.tree);
  }

  docs(row: number): number {
    return this.#get(row, Column.docs);
  }

  stability(row: number): Stability | undefined {
    return this.#details.get(row)?.stability;
  }

  externalId(row: number): string | undefined {
    return this.#details.get(row)?.externalId;
  }

  /** The name in the model, with the prefix that functions of resources have. */
  nameText(row: number): string {
    const renamed = this.#details.get(row)?.renamed;
    if (renamed !== undefined) return renamed;
    const name = this.#names.text(this.#get(row, Column.name));
    const form = this.form(row);
    if (form <= FunctionForm.asyncFreestanding) return name;
    const resource = this.#names.text(this.#get(row, Column.resourceName));
    switch (form) {
      case FunctionForm.method:
      case FunctionForm.asyncMethod:
        return `[method]${resource}.${name}`;
      case FunctionForm.static:
      case FunctionForm.asyncStatic:
        return `[static]${resource}.${name}`;
      default:
        return `[constructor]${resource}`;
    }
  }

  #get(row: number, column: number): number {
    return this.#rows.get(row * width + column);
  }
}
