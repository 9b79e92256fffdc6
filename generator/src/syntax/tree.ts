import type { Attribute, Use } from "./ast.js";
import { Kind, Mark, primitives, Size } from "./kind.js";
import type { Names } from "./names.js";
import type { SourceFile } from "./source.js";

/**
 * The contents of the interfaces of one file, and the types and functions of its worlds. The nodes are stored as
 * numbers in one array, in preorder: each node is followed by its children. These nodes are most of a file, and
 * allocating objects for them would cost more than the rest of parsing. `syntax-tree.ts` converts them to the nodes of
 * `ast.ts` on request. The less frequent nodes (worlds, paths, attributes) are stored as nodes of `ast.ts`.
 *
 * A node is identified by its index in the array. Its numbers are the following, as far as its kind has them: kind and
 * marks (`kind`); offset of its start (`start`); offset after its end (`end`); index of the next node after its
 * children (`next`); number of its name (`name`); offset of its docs, or -1 (`docs`); index in {@link attributes}
 * (`attributes`); offset of its name. By kind:
 *
 * - primitive, missing: kind, start
 * - named: kind, start, name
 * - list: kind, start, end, next, length (only if it is fixed), then the type of the elements
 * - other types: kind, start, end, next, then the types in it
 * - own, borrow: kind, start, end, next, name, offset of the name
 * - function type: kind, start, end, next, index of the result or -1, then the parameters and the result
 * - field, flag, case, parameter: kind, start, end, next, name, docs, then the type, if there is one
 * - definition, function, method: kind, start, end, next, name, docs, attributes, offset of the name, then the type,
 *   members, methods or function type. A constructor has the empty name 0, and the offset of its keyword as that of the name
 * - use: the same, with the index in {@link uses} instead of the name
 */
export class Tree {
  readonly source: SourceFile;
  readonly names: Names;
  /** The index of the file among the files of a run. */
  index = 0;
  /** The `use` items of interfaces. */
  readonly uses: Use[] = [];
  /** The lists of attributes of items. The first one is empty; items without attributes refer to it. */
  readonly attributes: (readonly Attribute[])[] = [[]];
  #numbers: Int32Array;
  /** The index of the next node to be added. */
  length = 0;

  constructor(source: SourceFile, names: Names) {
    this.source = source;
    this.names = names;
    // An estimate that is usually too high. Memory that is never written to costs next to nothing, and the array can
    // grow.
    this.#numbers = new Int32Array((source.text.length >> 1) + 64);
  }

  kind(node: number): Kind {
    return ((this.#numbers[node] as number) & 0xff) as Kind;
  }

  /** Whether a node has a {@link Mark}. */
  has(node: number, mark: number): boolean {
    return ((this.#numbers[node] as number) & mark) !== 0;
  }

  start(node: number): number {
    return this.#numbers[node + 1] as number;
  }

  end(node: number): number {
    const kind = this.kind(node);
    if (kind <= Kind.errorContext)
      return this.start(node) + (primitives[kind]?.length ?? 0);
    if (kind === Kind.missing) return this.start(node);
    if (kind === Kind.named) return this.nameEnd(node);
    return this.#numbers[node + 2] as number;
  }

  /** The node after this one and all its children. */
  next(node: number): number {
    const kind = this.kind(node);
    if (kind <= Kind.missing) return node + Size.primitive;
    if (kind === Kind.named) return node + Size.named;
    return this.#numbers[node + 3] as number;
  }

  /** Like {@link next}, but only for an item or a member, and slightly faster. */
  nextItem(node: number): number {
    return this.#numbers[node + 3] as number;
  }

  /** The number of the name of a node, see {@link Names}. */
  name(node: number): number {
    const at = this.kind(node) === Kind.named ? node + 2 : node + 4;
    return this.#numbers[at] as number;
  }

  nameStart(node: number): number {
    const kind = this.kind(node);
    if (kind >= Kind.type) return this.#numbers[node + 7] as number;
    return kind === Kind.own || kind === Kind.borrow
      ? (this.#numbers[node + 5] as number)
      : this.start(node);
  }

  nameEnd(node: number): number {
    const start = this.nameStart(node);
    if (this.kind(node) === Kind.constructor)
      return start + "constructor".length;
    const length = this.names.length(this.name(node));
    return start + length + (this.has(node, Mark.escaped) ? 1 : 0);
  }

  /** The name of a node; empty for a constructor. */
  nameText(node: number): string {
    return this.names.text(this.name(node));
  }

  /** The offset of the comments before a member or an item, or -1. */
  docs(node: number): number {
    return this.#numbers[node + 5] as number;
  }

  /** The attributes of an item. */
  attributesOf(node: number): readonly Attribute[] {
    return this.attributes[this.#numbers[node + 6] as number] ?? [];
  }

  /** The `use` item that a node refers to. */
  use(node: number): Use {
    return this.uses[this.#numbers[node + 4] as number] as Use;
  }

  /** The length of a fixed-length list. */
  lengthOf(node: number): number {
    return (this.#numbers[node + 4] as number) >>> 0;
  }

  /**
   * The first child of an item: its type, its first member or method, or its function type. If it equals {@link next},
   * there is no child.
   */
  inItem(node: number): number {
    return node + Size.item;
  }

  /** The type of a field, a parameter or a case, or -1. */
  typeOf(node: number): number {
    const at = node + Size.member;
    return at < this.nextItem(node) ? at : -1;
  }

  /** The first child of a type. If it equals {@link next}, there is no child. Handles have none. */
  inType(node: number): number {
    const kind = this.kind(node);
    return (
      node +
      (kind === Kind.list || kind === Kind.fixedLengthList
        ? Size.list
        : Size.type)
    );
  }

  /** The result of a function type, or -1. */
  result(node: number): number {
    return this.#numbers[node + 4] as number;
  }

  /**
   * The end of the parameters of a function type. The first one is {@link Size.functionType} after the function type.
   */
  endOfParameters(node: number): number {
    const result = this.result(node);
    return result < 0 ? this.next(node) : result;
  }

  /** The number of members from the node `from` up to, but not including, the node `to`. */
  count(from: number, to: number): number {
    let count = 0;
    for (let node = from; node < to; node = this.nextItem(node)) count++;
    return count;
  }

  /**
   * The range that a diagnostic about a node points to: its name if it has one; for a handle, as in the reference, the
   * name of the resource; otherwise the whole node.
   */
  diagnosticRange(node: number): {
    readonly start: number;
    readonly end: number;
  } {
    const kind = this.kind(node);
    return kind === Kind.own ||
      kind === Kind.borrow ||
      kind === Kind.parameter ||
      kind >= Kind.field
      ? { start: this.nameStart(node), end: this.nameEnd(node) }
      : { start: this.start(node), end: this.end(node) };
  }

  /** Adds a primitive type, or a missing type. */
  addPrimitive(kind: Kind, start: number): number {
    const at = this.#room();
    this.#numbers[at] = kind;
    this.#numbers[at + 1] = start;
    this.length = at + Size.primitive;
    return at;
  }

  /** Adds a type that is referred to by its name. */
  addNamed(start: number, name: number, mark: number): number {
    const at = this.#room();
    const numbers = this.#numbers;
    numbers[at] = Kind.named | mark;
    numbers[at + 1] = start;
    numbers[at + 2] = name;
    this.length = at + Size.named;
    return at;
  }

  /**
   * Adds a node. Its children are added next, then {@link close} is called.
   *
   * @param kind - the {@link Kind}, combined with any {@link Mark}s.
   * @param size - the {@link Size} of the node without its children.
   */
  open(kind: number, start: number, size: number): number {
    const at = this.#room();
    this.#numbers[at] = kind;
    this.#numbers[at + 1] = start;
    this.length = at + size;
    return at;
  }

  /** Adds a field, a flag, a case or a parameter. See {@link open}. */
  openMember(
    kind: Kind,
    start: number,
    name: number,
    mark: number,
    docs: number,
  ): number {
    const at = this.#room();
    const numbers = this.#numbers;
    numbers[at] = kind | mark;
    numbers[at + 1] = start;
    numbers[at + 4] = name;
    numbers[at + 5] = docs;
    this.length = at + Size.member;
    return at;
  }

  /** Adds a definition, a function or a `use`. See {@link open}. */
  openItem(
    kind: Kind,
    start: number,
    docs: number,
    attributes: readonly Attribute[],
  ): number {
    const at = this.#room();
    const numbers = this.#numbers;
    numbers[at] = kind;
    numbers[at + 1] = start;
    numbers[at + 4] = 0;
    numbers[at + 5] = docs;
    numbers[at + 6] =
      attributes.length === 0 ? 0 : this.attributes.push(attributes) - 1;
    numbers[at + 7] = start;
    this.length = at + Size.item;
    return at;
  }

  /** Sets the name of an item. */
  setName(node: number, name: number, start: number, mark: number): void {
    const numbers = this.#numbers;
    numbers[node] = (numbers[node] as number) | mark;
    numbers[node + 4] = name;
    numbers[node + 7] = start;
  }

  /** Replaces the kind and the marks of a node. */
  mark(node: number, kind: Kind, mark: number): void {
    this.#numbers[node] = kind | mark;
  }

  /**
   * Sets the fifth number of a node, whose meaning depends on the kind: a length, a result, or the index of a `use`.
   */
  setOwn(node: number, value: number): void {
    this.#numbers[node + 4] = value;
  }

  /** Sets the resource of a handle. */
  setResource(node: number, name: number, start: number, mark: number): void {
    const numbers = this.#numbers;
    numbers[node] = (numbers[node] as number) | mark;
    numbers[node + 4] = name;
    numbers[node + 5] = start;
  }

  /** Sets the end of a node whose children have all been added. Returns the node. */
  close(node: number, end: number): number {
    this.#numbers[node + 2] = end;
    this.#numbers[node + 3] = this.length;
    return node;
  }

  /** Moves the start of a node to its end if the end comes first, as it does for an empty node. */
  limitStart(node: number): void {
    const numbers = this.#numbers;
    if ((numbers[node + 1] as number) > (numbers[node + 2] as number))
      numbers[node + 1] = numbers[node + 2] as number;
  }

  /** Removes a node and all nodes after it. */
  drop(node: number): void {
    this.length = node;
  }

  /** Returns the index of the next node, after making room for a node of any kind. */
  #room(): number {
    const at = this.length;
    if (at + 16 > this.#numbers.length) {
      const larger = new Int32Array(this.#numbers.length * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    return at;
  }
}
