import type { DiagnosticCollector } from "../../diagnostics/collector.js";
import type { DiagnosticArguments } from "../../diagnostics/catalogue.js";
import { Kind, Size } from "../../syntax/kind.js";
import type { Tree } from "../../syntax/tree.js";
import type { TreeItem, TreeNodes, TreeWorld } from "../../syntax/tree-file.js";
import { hasUpperCase } from "../../syntax/characters.js";
import { NameValidity } from "../../syntax/names.js";
import type { Piece } from "../scope.js";
import type { UnparsedText } from "../unparsed-text.js";

/** The diagnostics of this rule. */
type EncodableCode =
  | "empty-type"
  | "too-many-flags"
  | "duplicate-member"
  | "name-clash"
  | "zero-length-list"
  | "stream-of-char";

/** The maximum number of flags of one type in a component. */
const mostFlags = 32;

/**
 * Warns about WIT that is valid but cannot be encoded as a component. The rules are those of component model validation
 * (https://github.com/WebAssembly/component-model, design/mvp/Explainer.md).
 *
 * @param items - the items of a file or a nested package
 * @param isUnusual - see `File.isUnusual` in `ast.ts`
 * @param lost - the parts of the file that syntax errors made unreadable
 */
export function checkEncodable(
  items: readonly TreeItem[],
  isUnusual: boolean,
  tree: Tree,
  lost: UnparsedText | undefined,
  diagnostics: DiagnosticCollector,
): void {
  const check = new EncodableCheck(tree, isUnusual, lost, diagnostics);
  for (const item of items) {
    if (item.kind === "nested-package")
      checkEncodable(item.items, isUnusual, tree, lost, diagnostics);
    else if (item.kind === "interface") check.interface(item.items);
    else if (item.kind === "world") check.world(item);
  }
}

class EncodableCheck {
  readonly #tree: Tree;
  /** If `false`, types do not have to be checked, and no two names differ only in case. */
  readonly #isUnusual: boolean;
  readonly #lost: UnparsedText | undefined;
  readonly #diagnostics: DiagnosticCollector;

  constructor(
    tree: Tree,
    isUnusual: boolean,
    lost: UnparsedText | undefined,
    diagnostics: DiagnosticCollector,
  ) {
    this.#tree = tree;
    this.#isUnusual = isUnusual;
    this.#lost = lost;
    this.#diagnostics = diagnostics;
  }

  interface({ from, to }: TreeNodes): void {
    const tree = this.#tree;
    const names = this.#namesOf(from, to);
    for (let item = from; item < to; item = tree.nextItem(item)) {
      const kind = tree.kind(item);
      if (kind <= Kind.resource) this.#definition(item);
      if (kind === Kind.function) this.#function(tree.inItem(item));
      if (names === undefined) continue;
      if (kind === Kind.use) {
        for (const { name, alias } of tree.use(item).names) {
          const at = alias ?? name;
          this.#name(at.name, at, names);
        }
        continue;
      }
      this.#nodeName(item, names);
    }
  }

  world(world: TreeWorld): void {
    for (const item of world.items) {
      if (item.kind === "definition") this.#definition(item.node);
      else if (item.kind === "import" || item.kind === "export") {
        const extern = item.item;
        if (extern.kind === "extern-inline") this.interface(extern.items);
        else if (extern.kind === "extern-function") this.#function(extern.func);
      }
    }
  }

  #definition(item: number): void {
    const tree = this.#tree;
    const from = tree.inItem(item);
    const to = tree.nextItem(item);
    const kind = tree.kind(item);
    if (kind === Kind.type) this.#type(from);
    else if (kind === Kind.resource) this.#resource(item);
    else if (kind === Kind.record) {
      if (from === to) this.#empty(item, "record", "fields");
      this.#members(from, to, "field");
    } else if (kind === Kind.flags) {
      const count = tree.count(from, to);
      if (count === 0) this.#empty(item, "flags", "flags");
      if (count > mostFlags) {
        const name = tree.nameText(item);
        this.#report("too-many-flags", tree.diagnosticRange(item), {
          name,
          count,
        });
      }
      this.#members(from, to, "flag");
    } else this.#members(from, to, "case");
  }

  /** A function of a resource must not have the name of the resource: for uniqueness, `[method]r.r` is equal to `r`. */
  #resource(item: number): void {
    const tree = this.#tree;
    const first = tree.inItem(item);
    const end = tree.nextItem(item);
    const names = this.#namesOf(first, end);
    for (let member = first; member < end; member = tree.nextItem(member)) {
      const isConstructor = tree.kind(member) === Kind.constructor;
      if (!isConstructor && this.#isSame(member, item)) {
        this.#report(
          "name-clash",
          tree.diagnosticRange(member),
          { name: tree.nameText(member), first: tree.nameText(item) },
          tree.diagnosticRange(item),
        );
      }
      if (names !== undefined && !isConstructor) this.#nodeName(member, names);
      const isMethod = tree.kind(member) === Kind.method;
      this.#function(tree.inItem(member), isMethod);
    }
  }

  /** Whether the names of two nodes are equal, ignoring case. */
  #isSame(left: number, right: number): boolean {
    const tree = this.#tree;
    return (
      tree.name(left) === tree.name(right) ||
      (this.#isUnusual && this.#lowerName(left) === this.#lowerName(right))
    );
  }

  /** The number of a node's name in lower case. */
  #lowerName(node: number): number {
    const { names } = this.#tree;
    const name = this.#tree.name(node);
    return names.validity(name) === NameValidity.valid
      ? name
      : names.of(names.text(name).toLowerCase());
  }

  #function(type: number, isMethod = false): void {
    if (!this.#isUnusual) return;
    const tree = this.#tree;
    const from = type + Size.functionType;
    const to = tree.endOfParameters(type);
    this.#members(from, to, "parameter");
    for (let at = from; isMethod && at < to; at = tree.nextItem(at)) {
      const name = tree.nameText(at);
      if (name !== "self" && name.toLowerCase() === "self") {
        const what = "parameter";
        const place = tree.diagnosticRange(at);
        this.#report("duplicate-member", place, { what, first: "self" });
      }
    }
    const result = tree.result(type);
    if (result >= 0) this.#type(result);
  }

  #type(type: number): void {
    if (!this.#isUnusual) return;
    const tree = this.#tree;
    const kind = tree.kind(type);
    if (kind <= Kind.named || kind === Kind.own || kind === Kind.borrow) return;
    const from = tree.inType(type);
    const to = tree.next(type);
    if (kind === Kind.fixedLengthList && tree.lengthOf(type) === 0)
      this.#report("zero-length-list", tree.diagnosticRange(type), {});
    if (kind === Kind.stream && from < to && tree.kind(from) === Kind.char)
      this.#report("stream-of-char", tree.diagnosticRange(type), {});
    const isEmpty = kind === Kind.tuple && from === to;
    if (isEmpty && this.#lost?.isBefore(tree.start(type)) !== true) {
      const values = { what: "tuple", members: "elements" };
      this.#report("empty-type", tree.diagnosticRange(type), values);
    }
    for (let part = from; part < to; part = tree.next(part)) this.#type(part);
  }

  /** Checks members of a type, or parameters: their names must differ in more than case. Also checks their types. */
  #members(from: number, to: number, what: string): void {
    const tree = this.#tree;
    if (this.#mayRepeat(from, to)) {
      const seen = new Map<number, number>();
      for (let at = from; at < to; at = tree.nextItem(at)) {
        const key = this.#lowerName(at);
        const first = seen.get(key);
        if (first === undefined) seen.set(key, at);
        // Two parameters with exactly the same name have been reported as an error.
        else if (what !== "parameter" || tree.name(first) !== tree.name(at)) {
          this.#report(
            "duplicate-member",
            tree.diagnosticRange(at),
            { what, first: tree.nameText(first) },
            tree.diagnosticRange(first),
          );
        }
      }
    }
    if (!this.#isUnusual) return;
    for (let at = from; at < to; at = tree.nextItem(at)) {
      const type = tree.typeOf(at);
      if (type >= 0) this.#type(type);
    }
  }

  /**
   * A cheap test before the full check: whether two of up to 12 names are equal, ignoring case. Returns `true` if there
   * are more names.
   */
  #mayRepeat(from: number, to: number): boolean {
    const tree = this.#tree;
    let count = 0;
    for (let at = from; at < to; at = tree.nextItem(at)) {
      if (++count > 12) return true;
      for (let other = from; other < at; other = tree.nextItem(other))
        if (this.#isSame(other, at)) return true;
    }
    return false;
  }

  /** Checks that a name differs in more than case from those in `seen`. Equal names have been reported already. */
  #name(name: string, at: Piece, seen: SeenNames): void {
    const key = name.toLowerCase();
    const first = seen.get(key);
    if (first === undefined) seen.set(key, { name, at });
    else if (first.name !== name)
      this.#report("name-clash", at, { name, first: first.name }, first.at);
  }

  /**
   * Returns an empty map for the names of an interface or a resource, or `undefined` if they need no check because none
   * has an upper-case letter.
   */
  #namesOf(from: number, to: number): SeenNames | undefined {
    const tree = this.#tree;
    if (!this.#isUnusual) return undefined;
    for (let node = from; node < to; node = tree.nextItem(node)) {
      const hasUpper =
        tree.kind(node) === Kind.use
          ? tree
              .use(node)
              .names.some(({ name, alias }) =>
                hasUpperCase((alias ?? name).name),
              )
          : tree.names.validity(tree.name(node)) !== NameValidity.valid;
      if (hasUpper) return new Map();
    }
    return undefined;
  }

  #nodeName(node: number, seen: SeenNames): void {
    this.#name(
      this.#tree.nameText(node),
      this.#tree.diagnosticRange(node),
      seen,
    );
  }

  #empty(item: number, what: string, members: string): void {
    const name = this.#tree.nameText(item);
    // The name or the members could not be parsed.
    if (name === "") return;
    if (this.#lost?.isBefore(this.#tree.nameEnd(item)) === true) return;
    const values = { what: `${what} \`${name}\``, members };
    this.#report("empty-type", this.#tree.diagnosticRange(item), values);
  }

  #report<Code extends EncodableCode>(
    code: Code,
    at: Piece,
    values: DiagnosticArguments<Code>,
    first?: Piece,
  ): void {
    const { source } = this.#tree;
    const related =
      first === undefined
        ? []
        : [
            {
              source,
              start: first.start,
              end: first.end,
              message: "first here",
            },
          ];
    this.#diagnostics.report(
      code,
      { source, start: at.start, end: at.end },
      values,
      { related },
    );
  }
}

/** The names found so far: by lower case, the name as written, and its position. */
type SeenNames = Map<string, { readonly name: string; readonly at: Piece }>;
