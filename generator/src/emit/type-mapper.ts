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

/** Which of the two contracts a type belongs to. */
export type Flavour = "sync" | "async";

/** The declarations of a named type. If the type is the same in both contracts, both are one declaration. */
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
  // As in jco: the handle index, which can only be passed on.
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

/** The greatest length of a fixed-length list that is mapped to a tuple. Longer ones become arrays. */
const longestTuple = 16;

const voidType = textType("void");

/** Maps WIT types to TypeScript types. */
export class TypeMapper {
  readonly #model: Model;
  readonly #declarations: ReadonlyMap<TypeId, TypeDeclarations>;
  readonly #cache: Record<Flavour, (TypeExpression | undefined)[]> = {
    sync: [],
    async: [],
  };

  /**
   * @param declarations - the declarations of named types; may be filled after construction
   */
  constructor(
    model: Model,
    declarations: ReadonlyMap<TypeId, TypeDeclarations>,
  ) {
    this.#model = model;
    this.#declarations = declarations;
  }

  /** The TypeScript type of a reference; `void` if there is none. */
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

  /**
   * The structure of a type, for the right-hand side of its declaration.
   *
   * @throws Error - for resources, records, variants, enums and flags, which are always referred to by name
   */
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
