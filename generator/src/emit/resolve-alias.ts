import type { Model, TypeId, TypeKind, TypeReference } from "../model/model.js";
import { typeOf } from "../model/queries.js";

/** Follows aliases: the primitive, or the kind of the type that a reference stands for in the end. */
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

/** Follows aliases to the last id; a primitive has none. */
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
 * Whether a value of the type is `undefined` when absent: an option, unless a value of what is in it may be `undefined` itself. So it
 * is, as jco has it, every other of the options that stand in each other, the innermost first.
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
 * Whether a function's result is a future as a whole. A promise of a promise cannot be told from a promise in JavaScript, so such a
 * function is asynchronous enough.
 */
export function isFuture(
  model: Model,
  result: TypeReference | undefined,
): boolean {
  if (typeof result !== "number") return false;
  const kind = resolveAlias(model, result);
  return typeof kind === "object" && "future" in kind;
}

/** Whether a type has a value beside it in TypeScript: enums, flags and variants, under whatever name. */
export function hasValue(model: Model, id: TypeId): boolean {
  const kind = resolveAlias(model, id);
  return (
    typeof kind === "object" &&
    ("enum" in kind || "flags" in kind || "variant" in kind)
  );
}

/** Calls back for every type that a kind mentions. */
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
