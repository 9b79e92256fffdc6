import type {
  Case,
  EnumCase,
  Field,
  Stability,
  TypeId,
  TypeKind,
  TypeReference,
} from "../model/model.js";
import type {
  Identifier,
  NodeBase,
  Type,
  TypeDefinition,
} from "../syntax/ast.js";
import { docsOf } from "../syntax/docs.js";
import { blamedNode } from "./context.js";
import type { Gates, GatePackage } from "./gates.js";
import type { DiagnosticCollector } from "../diagnostics/collector.js";
import type { Scope } from "./scope.js";
import { checkMapKey } from "./rules/map-key.js";
import { checkHandle } from "./rules/handle.js";
import { checkHasCases } from "./rules/has-cases.js";
import { checkResourceMembers } from "./rules/resource-members.js";
import { primitiveNames } from "../model/primitives.js";
import {
  firstClosed,
  isClosed,
  type Owner,
  TypeFlag,
  type TypeTable,
  unresolved,
} from "./type-table.js";

/** The forms of anonymous types, as parts of the keys of their table. */
const Form = {
  list: 0,
  option: 1,
  future: 2,
  stream: 3,
  borrow: 4,
  map: 5,
  result: 6,
  fixedLengthList: 7,
  /** And behind it, tuples of one element and of two. */
  tuple: 8,
} as const;
const formCount = 16;
type Form = (typeof Form)[keyof typeof Form];

/** Primitives as numbers, for the keys of pairs. */
const primitiveCodes: ReadonlyMap<string, number> = new Map(
  primitiveNames.map((name, index) => [name, index + 1]),
);

/**
 * Turns the types of one package into types of the model.
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
  /** Added to a {@link Form} in the keys of the table that the packages share. */
  readonly #base: number;
  /** The tuples of more than two elements, by those. */
  readonly #tuples = new Map<string, number>();
  /** The `own` handle of each resource that has one. */
  readonly #handles = new Map<TypeId, TypeId>();
  /** The `ok` of a `result` as it was before it was linked, where a constructor may want that: see {@link okOf}. */
  readonly #results = new Map<TypeReference, TypeReference | null>();

  // The structure just looked at: what it is, and what it is made of.
  #form: Form = Form.list;
  #first: TypeReference | null = null;
  #second: TypeReference | null = null;
  #rest: TypeReference[] = [];
  #length = 0;

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
    this.#base = table.nextPackage++ * formCount;
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
        this.#structure(type, scope, stability);
        return this.#intern(blamedNode(type), scope, stability);
    }
  }

  /** The type of the first parameter of a resource's methods. */
  self(resource: TypeReference, scope: Scope, node: NodeBase): TypeReference {
    this.#form = Form.borrow;
    this.#first = resource;
    this.#second = null;
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

  #noteResult(reference: TypeReference, ok: TypeReference | null): void {
    const isWanted =
      isClosed(reference) ||
      ok === unresolved ||
      (ok !== null && (this.#table.flags(ok) & TypeFlag.resource) !== 0);
    if (isWanted) this.#results.set(reference, ok);
  }

  /**
   * Resolves a definition and puts it into the scope.
   */
  define(definition: TypeDefinition, scope: Scope, owner: Owner): void {
    const { source } = scope;
    const stability = this.#gates.stability(definition.attributes, source);
    const docs = docsOf(definition, source);
    const externalId = this.#gates.externalId(definition.attributes, source);
    let kind: TypeKind;
    let flags: number = TypeFlag.none;
    let ok: TypeReference | null | undefined;
    // The parts are looked up before the gate is asked: what is wrong with them is wrong behind a gate, too.
    switch (definition.kind) {
      case "type": {
        const { type } = definition;
        if (
          type.kind === "primitive" ||
          type.kind === "named" ||
          type.kind === "own" ||
          type.kind === "missing"
        ) {
          const reference = this.type(type, scope, stability);
          if (reference === unresolved)
            return scope.define(definition.name, unresolved);
          if (type.kind !== "own") flags = this.#table.flags(reference);
          if (!this.#gates.isOpen(stability)) {
            return scope.define(
              definition.name,
              this.#table.addClosed(stability, flags),
            );
          }
          if (isClosed(reference)) {
            this.#reportClosed(definition.name, scope);
            return scope.define(definition.name, unresolved);
          }
          kind =
            type.kind === "own" && typeof reference === "number"
              ? { handle: { own: reference } }
              : { type: reference };
        } else {
          this.#structure(type, scope, stability);
          if (this.#form === Form.result) ok = this.#first;
          if (!this.#gates.isOpen(stability))
            return this.#defineClosed(definition.name, scope, stability, ok);
          kind = this.#link(definition.name, scope);
          flags = this.#flagsOfParts(kind);
        }
        break;
      }
      case "record": {
        const types = definition.fields.map((field) =>
          this.type(field.type, scope, stability),
        );
        if (!this.#gates.isOpen(stability))
          return this.#defineClosed(
            definition.name,
            scope,
            stability,
            undefined,
          );
        const fields = definition.fields.map((field, index): Field => {
          const type = this.link(types[index] ?? unresolved, scope, field.name);
          flags |= this.#table.flags(type) & TypeFlag.borrow;
          const { name } = field.name;
          const docs = docsOf(field, source);
          return docs === undefined ? { name, type } : { name, type, docs };
        });
        kind = { record: { fields } };
        break;
      }
      case "variant": {
        checkHasCases(definition, source, this.#diagnostics);
        const types = definition.cases.map(({ type }) =>
          type === undefined ? null : this.type(type, scope, stability),
        );
        if (!this.#gates.isOpen(stability))
          return this.#defineClosed(
            definition.name,
            scope,
            stability,
            undefined,
          );
        const cases = definition.cases.map((item, index): Case => {
          const reference = types[index] ?? null;
          const type =
            reference === null
              ? null
              : this.link(reference, scope, definition.name);
          if (type !== null) flags |= this.#table.flags(type) & TypeFlag.borrow;
          const { name } = item.name;
          const docs = docsOf(item, source);
          return docs === undefined ? { name, type } : { name, type, docs };
        });
        kind = { variant: { cases } };
        break;
      }
      case "flags":
      case "enum": {
        if (definition.kind === "enum")
          checkHasCases(definition, source, this.#diagnostics);
        if (!this.#gates.isOpen(stability))
          return this.#defineClosed(
            definition.name,
            scope,
            stability,
            undefined,
          );
        const items = (
          definition.kind === "enum" ? definition.cases : definition.flags
        ).map((item): EnumCase => {
          const { name } = item.name;
          const docs = docsOf(item, source);
          return docs === undefined ? { name } : { name, docs };
        });
        kind =
          definition.kind === "enum"
            ? { enum: { cases: items } }
            : { flags: { flags: items } };
        break;
      }
      case "resource":
        checkResourceMembers(definition, source, this.#diagnostics);
        if (!this.#gates.isOpen(stability)) {
          return scope.define(
            definition.name,
            this.#table.addClosed(stability, TypeFlag.resource),
          );
        }
        kind = "resource";
        flags = TypeFlag.resource;
        break;
    }
    this.#gates.check(stability, this.#package, definition.name, source);
    const id = this.#table.add(
      definition.name.name,
      kind,
      owner,
      docs,
      stability,
      externalId,
      flags,
      definition.name,
      source,
    );
    if (ok !== undefined) this.#noteResult(id, ok);
    scope.define(definition.name, id);
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

  #defineClosed(
    name: Identifier,
    scope: Scope,
    stability: Stability | undefined,
    ok: TypeReference | null | undefined,
  ): void {
    const reference = this.#table.addClosed(stability, TypeFlag.none);
    if (ok !== undefined) this.#noteResult(reference, ok);
    scope.define(name, reference);
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

  /** Takes a structure apart: resolves its parts and leaves them in the fields, from where the caller takes them on. */
  #structure(type: Type, scope: Scope, stability: Stability | undefined): void {
    let first: TypeReference | null = null;
    let second: TypeReference | null = null;
    switch (type.kind) {
      case "list":
        first = this.type(type.element, scope, stability);
        this.#form =
          type.length === undefined ? Form.list : Form.fixedLengthList;
        this.#length = type.length ?? 0;
        break;
      case "option":
        first = this.type(type.element, scope, stability);
        this.#form = Form.option;
        break;
      case "future":
      case "stream":
        first =
          type.element === undefined
            ? null
            : this.type(type.element, scope, stability);
        this.#form = type.kind === "future" ? Form.future : Form.stream;
        break;
      case "borrow":
        first = this.#resource(type.resource, scope);
        this.#form = Form.borrow;
        break;
      case "map":
        first = this.type(type.key, scope, stability);
        second = this.type(type.value, scope, stability);
        checkMapKey(type, first, scope.source, this.#diagnostics);
        this.#form = Form.map;
        break;
      case "result":
        first =
          type.ok === undefined ? null : this.type(type.ok, scope, stability);
        second =
          type.err === undefined ? null : this.type(type.err, scope, stability);
        this.#form = Form.result;
        break;
      case "tuple": {
        const rest = type.elements.map((element) =>
          this.type(element, scope, stability),
        );
        this.#rest = rest;
        this.#form = Form.tuple;
        break;
      }
      case "primitive":
      case "named":
      case "own":
      case "missing":
        throw new TypeError(`${type.kind} has no structure`);
    }
    this.#first = first;
    this.#second = second;
  }

  /** The anonymous type of the structure just taken apart: the one there is, or a new one. */
  #intern(
    node: NodeBase,
    scope: Scope,
    stability: Stability | undefined,
  ): TypeReference {
    const known = this.#find();
    if (known >= 0) return known;

    const isResult = this.#form === Form.result;
    const ok = this.#first;
    const ownStability = stability ?? this.#stabilityOfParts();
    let reference: number;
    if (this.#gates.check(ownStability, this.#package, node, scope.source)) {
      const kind = this.#link(node, scope);
      reference = this.#table.add(
        null,
        kind,
        null,
        undefined,
        ownStability,
        undefined,
        this.#flagsOfParts(kind),
        node,
        scope.source,
      );
    } else {
      reference = this.#table.addClosed(ownStability, TypeFlag.none);
    }
    this.#remember(reference);
    if (isResult) this.#noteResult(reference, ok);
    return reference;
  }

  /** The type of the structure just taken apart that is there already; -1 if there is none. */
  #find(): number {
    if (this.#rest.length > 2 && this.#form === Form.tuple)
      return this.#tuples.get(this.#rest.join(",")) ?? -1;
    return this.#table.structures.find(
      this.#base + this.#formKey(),
      this.#firstKey(),
      this.#secondKey(),
    );
  }

  #remember(reference: number): void {
    if (this.#rest.length > 2 && this.#form === Form.tuple)
      this.#tuples.set(this.#rest.join(","), reference);
    else
      this.#table.structures.add(
        this.#base + this.#formKey(),
        this.#firstKey(),
        this.#secondKey(),
        reference,
      );
  }

  #formKey(): number {
    return this.#form === Form.tuple
      ? Form.tuple + this.#rest.length
      : this.#form;
  }

  #firstKey(): number {
    return code(
      this.#form === Form.tuple ? (this.#rest[0] ?? null) : this.#first,
    );
  }

  #secondKey(): number {
    if (this.#form === Form.fixedLengthList) return this.#length | 0;
    return code(
      this.#form === Form.tuple ? (this.#rest[1] ?? null) : this.#second,
    );
  }

  /** Builds the kind of the structure, its parts linked. */
  #link(at: NodeBase, scope: Scope): TypeKind {
    // A linked part may add a handle, but never takes another structure apart, so the fields stay as they are.
    const first = this.#first;
    switch (this.#form) {
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
        return { map: [key, this.link(this.#second ?? unresolved, scope, at)] };
      }
      case Form.result: {
        const ok = first === null ? null : this.link(first, scope, at);
        return {
          result: {
            ok,
            err:
              this.#second === null ? null : this.link(this.#second, scope, at),
          },
        };
      }
      case Form.fixedLengthList:
        return {
          "fixed-length-list": [
            this.link(first ?? unresolved, scope, at),
            this.#length,
          ],
        };
      case Form.tuple:
        return {
          tuple: {
            types: this.#rest.map((type) => this.link(type, scope, at)),
          },
        };
    }
  }

  /** The first known stability of the parts: what a part's gate hides, the whole cannot show. */
  #stabilityOfParts(): Stability | undefined {
    if (this.#form === Form.tuple) {
      for (const part of this.#rest) {
        const stability = this.#table.stability(part);
        if (stability !== undefined) return stability;
      }
      return undefined;
    }
    return (
      (this.#first === null ? undefined : this.#table.stability(this.#first)) ??
      (this.#second === null ? undefined : this.#table.stability(this.#second))
    );
  }

  /** Whether a `borrow` is in what {@link #link} just built. */
  #flagsOfParts(kind: TypeKind): number {
    if (this.#form === Form.borrow) return TypeFlag.borrow;
    let flags: number = TypeFlag.none;
    if (this.#form === Form.tuple) {
      if (typeof kind === "object" && "tuple" in kind) {
        for (const part of kind.tuple.types) flags |= this.#table.flags(part);
      }
    } else {
      // A resource does not pass for a borrow, and its handle has no flags: the parts may be asked before they were linked.
      if (this.#first !== null) flags |= this.#table.flags(this.#first);
      if (this.#second !== null) flags |= this.#table.flags(this.#second);
    }
    return flags & TypeFlag.borrow;
  }
}

/** A part as a whole number from 0 on. */
function code(reference: TypeReference | null): number {
  if (reference === null) return 0;
  return typeof reference === "string"
    ? (primitiveCodes.get(reference) ?? 0)
    : reference + 17;
}
