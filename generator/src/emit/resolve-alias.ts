import type { Model, TypeId, TypeKind, TypeReference } from "../model/model.js";
import { typeOf } from "../model/queries.js";

/** Follows aliases to the end: returns the primitive, or the kind of the type that is not an alias. */
export function resolveAlias(
  model: Model,
  reference: TypeReference,
): Exclude<TypeReference, number> | TypeKind {
  let at = reference;
  while (typeof at === "number") {
    const { kind } = typeOf(model, at);
    if (kind === "resource" || !("type" in kind)) return kind;
    at = kind.type;
  }
  return at;
}

/** Follows aliases to the last type that has an id. An alias of a primitive is itself that type. */
export function resolveAliasId(model: Model, id: TypeId): TypeId {
  let at = id;
  for (;;) {
    const { kind } = typeOf(model, at);
    if (
      kind === "resource" ||
      !("type" in kind) ||
      typeof kind.type !== "number"
    )
      return at;
    at = kind.type;
  }
}

/**
 * Whether the type is an option whose `none` is `undefined`. That is the case unless a value of the inner type may itself
 * be `undefined`. In nested options it alternates, as in jco: the innermost option is `undefined` if absent, the next
 * one is an object, and so on.
 */
export function isOptional(model: Model, reference: TypeReference): boolean {
  let optional = false;
  let kind = resolveAlias(model, reference);
  while (typeof kind === "object" && "option" in kind) {
    optional = !optional;
    kind = resolveAlias(model, kind.option);
  }
  return optional;
}

/**
 * Whether a function's result is a future. JavaScript flattens a promise of a promise, so in the asynchronous contract
 * such a function does not return a further promise around it.
 */
export function isFuture(
  model: Model,
  result: TypeReference | undefined,
): boolean {
  if (typeof result !== "number") return false;
  const kind = resolveAlias(model, result);
  return typeof kind === "object" && "future" in kind;
}

/** Whether a constant with the name of the type is generated: for enums, flags and variants, and aliases of them. */
export function hasValue(model: Model, id: TypeId): boolean {
  const kind = resolveAlias(model, id);
  return (
    typeof kind === "object" &&
    ("enum" in kind || "flags" in kind || "variant" in kind)
  );
}

/** Calls `visit` for every type that a kind refers to directly. */
export function eachMention(
  kind: TypeKind,
  visit: (reference: TypeReference) => void,
): void {
  if (kind === "resource") return;
  if ("record" in kind)
    kind.record.fields.forEach((field) => {
      visit(field.type);
    });
  else if ("variant" in kind) {
    kind.variant.cases.forEach(({ type }) => {
      if (type !== null) visit(type);
    });
  } else if ("tuple" in kind) kind.tuple.types.forEach(visit);
  else if ("option" in kind) visit(kind.option);
  else if ("list" in kind) visit(kind.list);
  else if ("fixed-length-list" in kind) visit(kind["fixed-length-list"][0]);
  else if ("map" in kind) kind.map.forEach(visit);
  else if ("result" in kind) {
    if (kind.result.ok !== null) visit(kind.result.ok);
    if (kind.result.err !== null) visit(kind.result.err);
  } else if ("future" in kind) {
    if (kind.future !== null) visit(kind.future);
  } else if ("stream" in kind) {
    if (kind.stream !== null) visit(kind.stream);
  } else if ("handle" in kind)
    visit("own" in kind.handle ? kind.handle.own : kind.handle.borrow);
  else if ("type" in kind) visit(kind.type);
}
