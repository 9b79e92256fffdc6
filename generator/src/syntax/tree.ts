import type { Attribute, Use } from "./ast.js";
import { Kind, Mark, primitives, Size } from "./kind.js";
import type { Names } from "./names.js";
import type { SourceFile } from "./source.js";

/**
 * What stands in the interfaces of one file, and in the types and functions of its worlds: numbers in one array, node behind node,
 * each in front of what is in it. That is most of a file, and objects for all of it would cost more than everything else;
 * `syntax-tree.ts` makes the nodes of `ast.ts` of it for those who want them. What there is less of (worlds, paths,
 * attributes) is kept as such nodes.
 *
 * A node is known by its index. Its numbers are, as far as it is of a kind that has them: the kind and marks; the offset where it
 * begins; the one behind its end; the index of the next node; the number of its name; the offset of its docs or -1;
 * the index of its attributes; the offset of its name. In detail:
 *
 * - primitive, missing: kind, start
 * - named: kind, start, name
 * - list: kind, start, end, next, length (of one of fixed length), then the type in it
 * - other types: kind, start, end, next, then the types in it
 * - own, borrow: kind, start, end, next, name, and the offset of that
 * - function type: kind, start, end, next, the index of the result or -1, then the parameters and the result
 * - field, flag, case, parameter: kind, start, end, next, name, docs, then the type, if there is one
 * - definition, function, method: kind, start, end, next, name, docs, attributes, offset of the name, then the type, members,
 *   methods or function type. A constructor has the keyword as its name
 * - use: the same, with the index among {@link uses} in place of the name
 */
export class Tree {
  readonly source: SourceFile;
  readonly names: Names;
  /** Which of the files of a run it is. */
  index = 0;
  /** The `use` of interfaces. */
  readonly uses: Use[] = [];
  /** Lists of attributes; the first is empty. */
  readonly attributes: (readonly Attribute[])[] = [[]];
  #numbers: Int32Array;
  /** The index of the next node to be made. */
  length = 0;

  constructor(source: SourceFile, names: Names) {
    this.source = source;
    this.names = names;
    // Less than this is needed, and what is not touched costs nothing.
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

  /** The node behind this one and all that is in it. */
  next(node: number): number {
    const kind = this.kind(node);
    if (kind <= Kind.missing) return node + Size.primitive;
    if (kind === Kind.named) return node + Size.named;
    return this.#numbers[node + 3] as number;
  }

  /** The same of an item or a member, found a little faster. */
  nextItem(node: number): number {
    return this.#numbers[node + 3] as number;
  }

  /** The number of a node's name, see {@link Names}. */
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

  /** The name of a node. */
  nameText(node: number): string {
    return this.names.text(this.name(node));
  }

  /** Of a member or an item: the offset of its comments, or -1. */
  docs(node: number): number {
    return this.#numbers[node + 5] as number;
  }

  /** Of an item. */
  attributesOf(node: number): readonly Attribute[] {
    return this.attributes[this.#numbers[node + 6] as number] ?? [];
  }

  /** The `use` that a node stands for. */
  use(node: number): Use {
    return this.uses[this.#numbers[node + 4] as number] as Use;
  }

  /** Of a list of fixed length. */
  lengthOf(node: number): number {
    return (this.#numbers[node + 4] as number) >>> 0;
  }

  /** The first node in an item: its type, its first member or method, or its function type. It has none if that is its next. */
  inItem(node: number): number {
    return node + Size.item;
  }

  /** The type of a field, a parameter or a case; -1 if there is none. */
  typeOf(node: number): number {
    const at = node + Size.member;
    return at < this.nextItem(node) ? at : -1;
  }

  /** The first type in a type. */
  inType(node: number): number {
    const kind = this.kind(node);
    return (
      node +
      (kind === Kind.list || kind === Kind.fixedLengthList
        ? Size.list
        : Size.type)
    );
  }

  /** Of a function type: its result, or -1. */
  result(node: number): number {
    return this.#numbers[node + 4] as number;
  }

  /** The node behind the last parameter of a function type; the first one is at {@link Size.functionType}. */
  endOfParameters(node: number): number {
    const result = this.result(node);
    return result < 0 ? this.next(node) : result;
  }

  /** How many members stand from one node to another. */
  count(from: number, to: number): number {
    let count = 0;
    for (let node = from; node < to; node = this.nextItem(node)) count++;
    return count;
  }

  /** What is blamed for a node: the name, where it has one; of a handle, as in the reference, that of the resource. */
  blamed(node: number): { readonly start: number; readonly end: number } {
    const kind = this.kind(node);
    return kind === Kind.own ||
      kind === Kind.borrow ||
      kind === Kind.parameter ||
      kind >= Kind.field
      ? { start: this.nameStart(node), end: this.nameEnd(node) }
      : { start: this.start(node), end: this.end(node) };
  }

  /** Adds a primitive, or a type that is missing. */
  addPrimitive(kind: Kind, start: number): number {
    const at = this.#room();
    this.#numbers[at] = kind;
    this.#numbers[at + 1] = start;
    this.length = at + Size.primitive;
    return at;
  }

  /** Adds a type that is a name. */
  addNamed(start: number, name: number, mark: number): number {
    const at = this.#room();
    const numbers = this.#numbers;
    numbers[at] = Kind.named | mark;
    numbers[at + 1] = start;
    numbers[at + 2] = name;
    this.length = at + Size.named;
    return at;
  }

  /** Begins a node, of a kind with its marks; {@link close} ends it, behind all that is in it. */
  open(kind: number, start: number, size: number): number {
    const at = this.#room();
    this.#numbers[at] = kind;
    this.#numbers[at + 1] = start;
    this.length = at + size;
    return at;
  }

  /** Begins a field, a flag, a case or a parameter. */
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

  /** Begins a definition, a function or a `use`. */
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

  setName(node: number, name: number, start: number, mark: number): void {
    const numbers = this.#numbers;
    numbers[node] = (numbers[node] as number) | mark;
    numbers[node + 4] = name;
    numbers[node + 7] = start;
  }

  /** Marks a node, or gives it another kind. */
  mark(node: number, kind: Kind, mark: number): void {
    this.#numbers[node] = kind | mark;
  }

  /** Sets the number of a node that is its own, the fifth: a length, a result, a `use`, the name in a handle. */
  setOwn(node: number, value: number): void {
    this.#numbers[node + 4] = value;
  }

  /** Sets the name in a handle. */
  setResource(node: number, name: number, start: number, mark: number): void {
    const numbers = this.#numbers;
    numbers[node] = (numbers[node] as number) | mark;
    numbers[node + 4] = name;
    numbers[node + 5] = start;
  }

  /** Ends a node. */
  close(node: number, end: number): number {
    this.#numbers[node + 2] = end;
    this.#numbers[node + 3] = this.length;
    return node;
  }

  /** Lets a node begin where it ends, if that is before. */
  limitStart(node: number): void {
    const numbers = this.#numbers;
    if ((numbers[node + 1] as number) > (numbers[node + 2] as number))
      numbers[node + 1] = numbers[node + 2] as number;
  }

  /** Takes back a node and all behind it. */
  drop(node: number): void {
    this.length = node;
  }

  /** The index of the next node, with room for any. */
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
