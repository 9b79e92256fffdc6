import type { Model, TypeId, TypeReference } from "../model/model.js";
import { typeOf } from "../model/queries.js";
import {
  globalType,
  nameType,
  orUndefined,
  textType,
  type TypeExpression,
} from "./expression.js";
import { isOptional, resolveAlias } from "./resolve-alias.js";
import { runtime, type Declaration, type GlobalName } from "./symbols.js";

/** Which of the two contracts a type is meant for. */
export type Flavour = "sync" | "async";

/** What a named type is declared as: once, or once for each contract where they differ. */
export interface TypeDeclarations {
  readonly sync: Declaration | undefined;
  readonly async: Declaration | undefined;
}

const primitives: Readonly<Record<string, string>> = {
  bool: "boolean",
  u8: "number",
  u16: "number",
  u32: "number",
  u64: "bigint",
  s8: "number",
  s16: "number",
  s32: "number",
  s64: "bigint",
  f32: "number",
  f64: "number",
  char: "string",
  string: "string",
  // As jco has it: the number of the handle, which is good for handing on and for nothing else.
  "error-context": "number",
};

const primitiveTypes: Partial<Record<string, TypeExpression>> = {};

const typedArrays: Readonly<Record<string, GlobalName>> = {
  u8: "Uint8Array",
  s8: "Int8Array",
  u16: "Uint16Array",
  s16: "Int16Array",
  u32: "Uint32Array",
  s32: "Int32Array",
  u64: "BigUint64Array",
  s64: "BigInt64Array",
  f32: "Float32Array",
  f64: "Float64Array",
};

/** The longest list of fixed length that is written out as a tuple. */
const longestTuple = 16;

const voidType = textType("void");

/** Maps types of WIT to types of TypeScript. */
export class TypeMapper {
  readonly #model: Model;
  readonly #declarations: ReadonlyMap<TypeId, TypeDeclarations>;
  readonly #cache: Record<Flavour, (TypeExpression | undefined)[]> = {
    sync: [],
    async: [],
  };

  /**
   * @param declarations - what the named types are declared as
   */
  constructor(
    model: Model,
    declarations: ReadonlyMap<TypeId, TypeDeclarations>,
  ) {
    this.#model = model;
    this.#declarations = declarations;
  }

  /** The type that a reference stands for. */
  typeOf(
    reference: TypeReference | null | undefined,
    flavour: Flavour,
  ): TypeExpression {
    if (reference === null || reference === undefined) return voidType;
    if (typeof reference === "string")
      return (primitiveTypes[reference] ??= textType(
        primitives[reference] ?? reference,
      ));
    const cache = this.#cache[flavour];
    let type = cache[reference];
    if (type === undefined)
      cache[reference] = type =
        this.#named(reference, flavour) ?? this.bodyOf(reference, flavour);
    return type;
  }

  #named(id: TypeId, flavour: Flavour): TypeExpression | undefined {
    const declarations = this.#declarations.get(id);
    const declaration =
      declarations?.[flavour] ?? declarations?.sync ?? declarations?.async;
    return declaration === undefined ? undefined : nameType(declaration);
  }

  /** What a type is made of, for the right-hand side of its declaration. Not for records, variants and the like. */
  bodyOf(id: TypeId, flavour: Flavour): TypeExpression {
    const { kind, name } = typeOf(this.#model, id);
    if (
      kind === "resource" ||
      "record" in kind ||
      "variant" in kind ||
      "enum" in kind ||
      "flags" in kind
    ) {
      throw new Error(
        `type ${id}, ${name ?? "without a name"}, is declared by no module`,
      );
    }
    if ("type" in kind) return this.typeOf(kind.type, flavour);
    if ("tuple" in kind)
      return {
        kind: "tuple",
        elements: kind.tuple.types.map((type) => this.typeOf(type, flavour)),
      };
    if ("list" in kind) return this.#list(kind.list, flavour);
    if ("fixed-length-list" in kind)
      return this.#fixedList(kind["fixed-length-list"], flavour);
    if ("option" in kind) return this.#option(kind.option, flavour);
    if ("map" in kind)
      return globalType(
        "Map",
        this.typeOf(kind.map[0], flavour),
        this.typeOf(kind.map[1], flavour),
      );
    if ("result" in kind) {
      return nameType(
        runtime.result,
        this.typeOf(kind.result.ok, flavour),
        this.typeOf(kind.result.err, flavour),
      );
    }
    if ("future" in kind)
      return globalType("PromiseLike", this.typeOf(kind.future, flavour));
    if ("stream" in kind)
      return globalType("AsyncIterable", this.typeOf(kind.stream, flavour));
    return "own" in kind.handle
      ? this.typeOf(kind.handle.own, flavour)
      : nameType(runtime.borrow, this.typeOf(kind.handle.borrow, flavour));
  }

  #list(element: TypeReference, flavour: Flavour): TypeExpression {
    const primitive = resolveAlias(this.#model, element);
    const typedArray =
      typeof primitive === "string" ? typedArrays[primitive] : undefined;
    if (typedArray !== undefined) return globalType(typedArray);
    return { kind: "array", element: this.typeOf(element, flavour) };
  }

  #fixedList(
    [element, length]: readonly [TypeReference, number],
    flavour: Flavour,
  ): TypeExpression {
    const type = this.typeOf(element, flavour);
    if (length > longestTuple) return { kind: "array", element: type };
    return {
      kind: "tuple",
      elements: new Array<TypeExpression>(length).fill(type),
    };
  }

  #option(element: TypeReference, flavour: Flavour): TypeExpression {
    const type = this.typeOf(element, flavour);
    return isOptional(this.#model, element)
      ? nameType(runtime.option, type)
      : orUndefined(type);
  }
}
