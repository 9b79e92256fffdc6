import type { DiagnosticCollector } from "../diagnostics/collector.js";
import type { Stability, TypeId } from "../model/model.js";
import { Kind, Mark } from "../syntax/kind.js";
import type { Tree } from "../syntax/tree.js";
import type { Gates, GatePackage } from "./gates.js";
import {
  absent,
  firstClosed,
  isClosed,
  primitiveReference,
  type Reference,
  unresolved,
} from "./reference.js";
import { checkHandle } from "./rules/handle.js";
import { checkMapKey } from "./rules/map-key.js";
import { checkStreamElement } from "./rules/stream-element.js";
import type { DiagnosticPosition, Scope } from "./scope.js";
import { TypeStructure } from "./type-structure.js";
import { TypeFlag, type TypeTable } from "./type-table.js";

/**
 * Converts the types that are used in one package to types of the model.
 *
 * Types get their ids in the same order as in wit-parser: the parts of a type before the type, from left to right; one
 * type for each structure within the package (except for named types); the `own` handle of a resource before the first
 * type of the package that contains the resource, but after the parts of that type.
 */
export class TypeResolver {
  readonly #table: TypeTable;
  readonly #gates: Gates;
  readonly #diagnostics: DiagnosticCollector;
  readonly #package: GatePackage;
  readonly #isRoot: boolean;
  /** The `own` handle of each resource that has one. */
  readonly #handles = new Map<TypeId, TypeId>();
  /** The `ok` of a `result` before linking, if a constructor may need it: see {@link okOf}. */
  readonly #results = new Map<Reference, Reference>();
  /** The structure of the last type taken apart: see {@link decompose}. */
  readonly structure: TypeStructure;

  /** @param isRoot - whether the package was requested; there are no warnings about dependencies */
  constructor(
    table: TypeTable,
    gates: Gates,
    diagnostics: DiagnosticCollector,
    owner: GatePackage,
    isRoot: boolean,
  ) {
    this.#table = table;
    this.#gates = gates;
    this.#diagnostics = diagnostics;
    this.#package = owner;
    this.#isRoot = isRoot;
    this.structure = new TypeStructure(table);
  }

  /**
   * Resolves a type where it is used.
   *
   * @param node - the type
   * @param stability - the stability of the definition that contains it
   * @returns a reference that the caller still has to {@link link}
   */
  type(
    node: number,
    scope: Scope,
    stability: Stability | undefined,
  ): Reference {
    const kind = scope.tree.kind(node);
    if (kind <= Kind.errorContext) return primitiveReference(kind);
    switch (kind) {
      case Kind.named:
        return scope.type(node);
      case Kind.own:
        return this.#resource(node, scope);
      case Kind.missing:
        return unresolved;
      default:
        this.decompose(node, scope, stability);
        return this.#intern(node, scope, stability);
    }
  }

  /**
   * Returns the type of the `self` parameter of a method: a `borrow` of the resource.
   *
   * @param node - the function type, as the position of the new type
   */
  self(resource: Reference, scope: Scope, node: number): Reference {
    this.structure.kind = Kind.borrow;
    this.structure.first = resource;
    this.structure.second = absent;
    return this.#intern(node, scope, undefined);
  }

  /**
   * Returns the `ok` of a type that is a `result`: before linking if it may be the resource that a constructor returns.
   * Returns `undefined` for any other type.
   */
  okOf(reference: Reference): Reference | undefined {
    const known = this.#results.get(reference);
    if (known !== undefined || reference < 0 || isClosed(reference))
      return known;
    // References to other types than resources do not change when they are linked. The `ok` can be such a type even in
    // the constructor of a resource, if a `use` hides the definition of the resource.
    return this.#table.kind(reference) === Kind.result
      ? this.#table.first(reference)
      : undefined;
  }

  /** Records the `ok` of a `result` before it is linked, for {@link okOf}. */
  noteResult(reference: Reference, ok: Reference): void {
    const isWanted =
      isClosed(reference) ||
      ok === unresolved ||
      (this.#table.flags(ok) & TypeFlag.resource) !== 0;
    if (isWanted) this.#results.set(reference, ok);
  }

  /**
   * Links a reference into its user: a resource becomes an `own` handle, and a type whose gate is closed is reported.
   *
   * @param at - the position for diagnostics
   */
  link(reference: Reference, scope: Scope, at: DiagnosticPosition): Reference {
    if (reference < 0) return reference;
    if (reference >= firstClosed) {
      this.#reportClosed(reference, at, scope);
      return unresolved;
    }
    if ((this.#table.flags(reference) & TypeFlag.resource) === 0)
      return reference;
    let handle = this.#handles.get(reference);
    if (handle === undefined) {
      handle = this.#table.add(Kind.own, reference, absent, TypeFlag.none);
      this.#handles.set(reference, handle);
    }
    return handle;
  }

  /** Reports a reference to a type whose gate is closed. */
  checkOpen(reference: Reference, scope: Scope, at: DiagnosticPosition): void {
    if (isClosed(reference)) this.#reportClosed(reference, at, scope);
  }

  /** Whether a linked type contains a `borrow`. */
  hasBorrow(reference: Reference): boolean {
    return (this.#table.flags(reference) & TypeFlag.borrow) !== 0;
  }

  #reportClosed(
    reference: Reference,
    at: DiagnosticPosition,
    scope: Scope,
  ): void {
    const what = { what: "a type" };
    const shared = this.#table.sharedPlace(reference);
    if (shared === undefined) {
      this.#diagnostics.report("gated-reference", scope.rangeOf(at), what);
      return;
    }
    // The type at this position has no gate of its own, so the diagnostic states where the gate comes from.
    const text = shared.source.quote(shared.start, shared.end);
    const suggestion = `each \`${text}\` is the same type, and has the gate of where it is first written: give it a name there or here, with \`type\``;
    const related = [{ ...shared, message: "first written here" }];
    this.#diagnostics.report("gated-reference", scope.rangeOf(at), what, {
      related,
      suggestion,
    });
  }

  #resource(node: number, scope: Scope): Reference {
    const reference = scope.type(node);
    const isResource = checkHandle(
      reference,
      this.#table.flags(reference),
      node,
      scope,
      this.#diagnostics,
    );
    return isResource ? reference : unresolved;
  }

  /**
   * Takes an anonymous type apart: resolves its parts and stores them in {@link structure}. The caller must use them
   * before it takes another type apart.
   */
  decompose(
    node: number,
    scope: Scope,
    stability: Stability | undefined,
  ): void {
    const { tree } = scope;
    const kind = tree.kind(node);
    let first = absent;
    let second = absent;
    let part = tree.inType(node);
    switch (kind) {
      case Kind.borrow:
        first = this.#resource(node, scope);
        break;
      case Kind.fixedLengthList:
        first = this.type(part, scope, stability);
        second = tree.lengthOf(node) | 0;
        break;
      case Kind.map:
        first = this.type(part, scope, stability);
        second = this.type(tree.next(part), scope, stability);
        checkMapKey(node, first, scope, this.#diagnostics);
        break;
      case Kind.result:
        if (tree.has(node, Mark.hasOk)) {
          first = this.type(part, scope, stability);
          part = tree.next(part);
        }
        if (tree.has(node, Mark.hasErr))
          second = this.type(part, scope, stability);
        break;
      case Kind.tuple:
        this.#takeTupleApart(tree, part, tree.next(node), scope, stability);
        break;
      default:
        // The element type of a future or stream is optional.
        if (part < tree.next(node)) first = this.type(part, scope, stability);
        if (kind === Kind.stream && this.#isRoot)
          checkStreamElement(
            node,
            first,
            this.#table.flags(first),
            scope,
            this.#diagnostics,
          );
    }
    const { structure } = this;
    structure.kind = kind;
    structure.first = first;
    structure.second = second;
  }

  #takeTupleApart(
    tree: Tree,
    from: number,
    to: number,
    scope: Scope,
    stability: Stability | undefined,
  ): void {
    const { scratch } = this.#table;
    const base = scratch.length;
    for (let part = from; part < to; part = tree.next(part))
      scratch.push(this.type(part, scope, stability));
    this.structure.elements = base;
    this.structure.count = scratch.length - base;
    // The elements remain readable until the next type is taken apart.
    scratch.length = base;
  }

  /** Returns the anonymous type with the structure just taken apart: an existing one, or else a new one. */
  #intern(
    node: number,
    scope: Scope,
    stability: Stability | undefined,
  ): Reference {
    const { structure } = this;
    const known = structure.find();
    if (known >= 0) return known;

    const isResult = structure.kind === Kind.result;
    const ok = structure.first;
    const ownStability = stability ?? structure.stabilityOfParts();
    let reference: Reference;
    const isOpen =
      ownStability === undefined ||
      this.#gates.check(ownStability, this.#package, scope.rangeOf(node));
    if (isOpen) {
      reference = this.addStructure(node, scope);
      const { tree } = scope;
      if (tree.kind(node) === Kind.borrow)
        this.#table.setPlace(reference, tree, tree.diagnosticRange(node));
      else
        this.#table.setRange(reference, tree, tree.start(node), tree.end(node));
      if (ownStability !== undefined)
        this.#table.setStability(reference, ownStability);
    } else {
      const part = structure.closedPart();
      const shared =
        part === absent
          ? scope.rangeOf({
              start: scope.tree.start(node),
              end: scope.tree.end(node),
            })
          : this.#table.sharedPlace(part);
      reference = this.#table.addClosed(ownStability, TypeFlag.none, shared);
    }
    structure.remember(reference);
    if (isResult) this.noteResult(reference, ok);
    return reference;
  }

  /**
   * Adds a type with the {@link structure} just taken apart, and links its parts.
   *
   * @param at - the position for diagnostics
   */
  addStructure(at: DiagnosticPosition, scope: Scope): TypeId {
    // Linking a part may add a handle, but does not take another type apart, so the structure does not change.
    const { structure } = this;
    const { kind, second } = structure;
    const table = this.#table;
    let first = structure.first;
    switch (kind) {
      case Kind.tuple: {
        const { lists, scratch } = table;
        const { count, elements } = structure;
        const list = lists.extend(count + 1);
        lists.set(list, count);
        for (let index = 0; index < count; index++)
          lists.set(
            list + 1 + index,
            this.link(scratch.get(elements + index), scope, at),
          );
        return table.add(kind, list, absent, structure.flagsOfParts());
      }
      case Kind.borrow:
        if (isClosed(first)) this.#reportClosed(first, at, scope);
        return table.add(kind, first, absent, TypeFlag.borrow);
      case Kind.fixedLengthList:
        first = this.link(first, scope, at);
        return table.add(kind, first, second, structure.flagsOfParts());
      default: {
        first = this.link(first, scope, at);
        const other = this.link(second, scope, at);
        return table.add(kind, first, other, structure.flagsOfParts());
      }
    }
  }
}
