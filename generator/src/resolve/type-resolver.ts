import type { DiagnosticCollector } from "../diagnostics/collector.js";
import type {
  Stability,
  TypeId,
  TypeKind,
  TypeReference,
} from "../model/model.js";
import type { Identifier, NodeBase, Type } from "../syntax/ast.js";
import { blamedNode } from "./context.js";
import type { Gates, GatePackage } from "./gates.js";
import { checkHandle } from "./rules/handle.js";
import { checkMapKey } from "./rules/map-key.js";
import type { Scope } from "./scope.js";
import { Form, TypeStructure } from "./type-structure.js";
import {
  firstClosed,
  isClosed,
  TypeFlag,
  type TypeTable,
  unresolved,
} from "./type-table.js";

/**
 * Turns the types of one package, where they are used, into types of the model.
 *
 * The order in which types get their ids is the reference's: the parts of a type before the type, left to right; one type
 * for each structure within the package (named types apart); and an `own` handle for a resource before the
 * first type of the package that holds the resource, which is not before the parts of that type are there.
 */
export class TypeResolver {
  readonly #table: TypeTable;
  readonly #gates: Gates;
  readonly #diagnostics: DiagnosticCollector;
  readonly #package: GatePackage;
  /** The `own` handle of each resource that has one. */
  readonly #handles = new Map<TypeId, TypeId>();
  /** The `ok` of a `result` as it was before it was linked, where a constructor may want that: see {@link okOf}. */
  readonly #results = new Map<TypeReference, TypeReference | null>();
  /** The structure just taken apart: see {@link takeApart}. */
  readonly structure: TypeStructure;

  constructor(
    table: TypeTable,
    gates: Gates,
    diagnostics: DiagnosticCollector,
    owner: GatePackage,
  ) {
    this.#table = table;
    this.#gates = gates;
    this.#diagnostics = diagnostics;
    this.#package = owner;
    this.structure = new TypeStructure(table);
  }

  /**
   * Resolves a type where it is used.
   *
   * @param stability that of the definition it stands in
   * @returns a reference that still has to be {@link link}ed by whoever holds it
   */
  type(
    type: Type,
    scope: Scope,
    stability: Stability | undefined,
  ): TypeReference {
    switch (type.kind) {
      case "primitive":
        return type.name;
      case "named":
        return scope.type(type.name);
      case "own":
        return this.#resource(type.resource, scope);
      case "missing":
        return unresolved;
      default:
        this.takeApart(type, scope, stability);
        return this.#intern(blamedNode(type), scope, stability);
    }
  }

  /** The type of the first parameter of a resource's methods. */
  self(resource: TypeReference, scope: Scope, node: NodeBase): TypeReference {
    this.structure.form = Form.borrow;
    this.structure.first = resource;
    this.structure.second = null;
    return this.#intern(node, scope, undefined);
  }

  /**
   * The `ok` of a type that is a `result`, if that can be what a constructor returns; `null` for any other `result`, and
   * `undefined` for any other type.
   */
  okOf(reference: TypeReference): TypeReference | null | undefined {
    const known = this.#results.get(reference);
    if (known !== undefined || typeof reference === "string") return known;
    const kind = this.#table.definitions[reference]?.kind;
    return typeof kind === "object" && "result" in kind ? null : undefined;
  }

  /** Notes the `ok` of a type that is a `result`, not linked yet, for {@link okOf}. */
  noteResult(reference: TypeReference, ok: TypeReference | null): void {
    const isWanted =
      isClosed(reference) ||
      ok === unresolved ||
      (ok !== null && (this.#table.flags(ok) & TypeFlag.resource) !== 0);
    if (isWanted) this.#results.set(reference, ok);
  }

  /**
   * Links a reference into what holds it: a resource becomes an `own` handle, and a type whose gate is closed is an error.
   *
   * @param at what is blamed
   */
  link(reference: TypeReference, scope: Scope, at: NodeBase): TypeReference {
    if (typeof reference === "string" || reference === unresolved)
      return reference;
    if (isClosed(reference)) {
      this.#reportClosed(at, scope);
      return unresolved;
    }
    if ((this.#table.flags(reference) & TypeFlag.resource) === 0)
      return reference;
    let handle = this.#handles.get(reference);
    if (handle === undefined) {
      handle = this.#table.add(
        null,
        { handle: { own: reference } },
        null,
        undefined,
        undefined,
        undefined,
        TypeFlag.none,
        undefined,
        undefined,
      );
      this.#handles.set(reference, handle);
    }
    return handle;
  }

  /** Whether {@link link} changes a reference, or reports it. */
  needsLink(reference: TypeReference): boolean {
    return (
      typeof reference === "number" &&
      (reference >= firstClosed ||
        (this.#table.flags(reference) & TypeFlag.resource) !== 0)
    );
  }

  /** Reports a reference to a type whose gate is closed. */
  checkOpen(reference: TypeReference, scope: Scope, at: NodeBase): void {
    if (isClosed(reference)) this.#reportClosed(at, scope);
  }

  /** Whether a `borrow` is in a linked type. */
  hasBorrow(reference: TypeReference): boolean {
    return (this.#table.flags(reference) & TypeFlag.borrow) !== 0;
  }

  #reportClosed(at: NodeBase, scope: Scope): void {
    this.#diagnostics.report(
      "gated-reference",
      { source: scope.source, start: at.start, end: at.end },
      { what: "a type" },
    );
  }

  #resource(name: Identifier, scope: Scope): TypeReference {
    const reference = scope.type(name);
    const isResource = checkHandle(
      reference,
      this.#table.flags(reference),
      name,
      scope.source,
      this.#diagnostics,
    );
    return isResource ? reference : unresolved;
  }

  /**
   * Takes an anonymous type apart: resolves its parts and leaves them in {@link structure}, from where the caller takes them on
   * before it takes the next one apart.
   *
   * @throws TypeError if the type has no parts
   */
  takeApart(type: Type, scope: Scope, stability: Stability | undefined): void {
    const { structure } = this;
    let first: TypeReference | null = null;
    let second: TypeReference | null = null;
    switch (type.kind) {
      case "list":
        first = this.type(type.element, scope, stability);
        structure.form =
          type.length === undefined ? Form.list : Form.fixedLengthList;
        structure.length = type.length ?? 0;
        break;
      case "option":
        first = this.type(type.element, scope, stability);
        structure.form = Form.option;
        break;
      case "future":
      case "stream":
        first =
          type.element === undefined
            ? null
            : this.type(type.element, scope, stability);
        structure.form = type.kind === "future" ? Form.future : Form.stream;
        break;
      case "borrow":
        first = this.#resource(type.resource, scope);
        structure.form = Form.borrow;
        break;
      case "map":
        first = this.type(type.key, scope, stability);
        second = this.type(type.value, scope, stability);
        checkMapKey(type, first, scope.source, this.#diagnostics);
        structure.form = Form.map;
        break;
      case "result":
        first =
          type.ok === undefined ? null : this.type(type.ok, scope, stability);
        second =
          type.err === undefined ? null : this.type(type.err, scope, stability);
        structure.form = Form.result;
        break;
      case "tuple": {
        const rest = type.elements.map((element) =>
          this.type(element, scope, stability),
        );
        structure.rest = rest;
        structure.form = Form.tuple;
        break;
      }
      case "primitive":
      case "named":
      case "own":
      case "missing":
        throw new TypeError(`${type.kind} has no structure`);
    }
    structure.first = first;
    structure.second = second;
  }

  /** The anonymous type of the structure just taken apart: the one there is, or a new one. */
  #intern(
    node: NodeBase,
    scope: Scope,
    stability: Stability | undefined,
  ): TypeReference {
    const { structure } = this;
    const known = structure.find();
    if (known >= 0) return known;

    const isResult = structure.form === Form.result;
    const ok = structure.first;
    const ownStability = stability ?? structure.stabilityOfParts();
    let reference: number;
    if (this.#gates.check(ownStability, this.#package, node, scope.source)) {
      const kind = this.linkStructure(node, scope);
      reference = this.#table.add(
        null,
        kind,
        null,
        undefined,
        ownStability,
        undefined,
        structure.flagsOfParts(kind),
        node,
        scope.source,
      );
    } else {
      reference = this.#table.addClosed(ownStability, TypeFlag.none);
    }
    structure.remember(reference);
    if (isResult) this.noteResult(reference, ok);
    return reference;
  }

  /**
   * Builds the kind of the {@link structure} just taken apart, its parts linked.
   *
   * @param at what is blamed
   */
  linkStructure(at: NodeBase, scope: Scope): TypeKind {
    // A linked part may add a handle, but never takes another structure apart, so the structure stays as it is.
    const { structure } = this;
    const { first, second } = structure;
    switch (structure.form) {
      case Form.list:
        return { list: this.link(first ?? unresolved, scope, at) };
      case Form.option:
        return { option: this.link(first ?? unresolved, scope, at) };
      case Form.future:
        return { future: first === null ? null : this.link(first, scope, at) };
      case Form.stream:
        return { stream: first === null ? null : this.link(first, scope, at) };
      case Form.borrow: {
        if (first !== null && isClosed(first)) this.#reportClosed(at, scope);
        return {
          handle: { borrow: typeof first === "number" ? first : unresolved },
        };
      }
      case Form.map: {
        const key = this.link(first ?? unresolved, scope, at);
        return { map: [key, this.link(second ?? unresolved, scope, at)] };
      }
      case Form.result: {
        const ok = first === null ? null : this.link(first, scope, at);
        return {
          result: {
            ok,
            err: second === null ? null : this.link(second, scope, at),
          },
        };
      }
      case Form.fixedLengthList:
        return {
          "fixed-length-list": [
            this.link(first ?? unresolved, scope, at),
            structure.length,
          ],
        };
      case Form.tuple:
        return {
          tuple: {
            types: structure.rest.map((type) => this.link(type, scope, at)),
          },
        };
    }
  }
}
