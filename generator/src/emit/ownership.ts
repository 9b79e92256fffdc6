import type { Model, TypeId, TypeReference } from "../model/model.js";
import { typeOf } from "../model/queries.js";
import { errorConvention } from "./error-convention.js";
import { eachMention, resolveAlias } from "./resolve-alias.js";

/** Whether the resources in a value are owned, and whether the value as a whole is a handle, or an option of one. */
interface Handles {
  readonly isOwned: boolean;
  readonly isWhole: boolean;
}

/** The remark about the ownership of a parameter; `undefined` if it contains no resources. */
export function parameterOwnership(
  model: Model,
  type: TypeReference,
): string | undefined {
  const handles = handlesOf(model, type);
  if (handles === undefined) return undefined;
  if (handles.isOwned)
    return handles.isWhole
      ? "owned: the function takes ownership and disposes of it"
      : "owned: the function takes ownership of the resources in it";
  return handles.isWhole
    ? "borrowed: the caller keeps ownership"
    : "borrowed: the caller keeps ownership of the resources in it";
}

/**
 * The remark about the ownership of a function's result; `undefined` if there is nothing to remark. The remark for an
 * error that is a record or a variant is at the members of its declaration, because most functions of an interface share
 * the error type.
 */
export function resultOwnership(
  model: Model,
  result: TypeReference,
): string | undefined {
  if (typeof result === "string" || !holdersIn(model).owned.has(result))
    return undefined;
  const kind =
    errorConvention(model, result) === undefined
      ? undefined
      : resolveAlias(model, result);
  const { ok, err } =
    typeof kind === "object" && "result" in kind
      ? kind.result
      : { ok: result, err: null };
  const handles = ok === null ? undefined : handlesOf(model, ok);
  const isOwnedError =
    err !== null &&
    handlesOf(model, err)?.isOwned === true &&
    !isDocumentedAtDeclaration(model, err);
  if (handles?.isOwned !== true)
    return isOwnedError
      ? "an error is owned: the caller disposes of it"
      : undefined;
  const what = handles.isWhole ? "it" : "the resources in it";
  return isOwnedError
    ? `owned, as is an error: the caller disposes of ${what}`
    : `owned: the caller disposes of ${what}`;
}

function isDocumentedAtDeclaration(
  model: Model,
  reference: TypeReference,
): boolean {
  const kind = resolveAlias(model, reference);
  return typeof kind === "object" && ("record" in kind || "variant" in kind);
}

/** The remark about the ownership of a field or of a case's payload; `undefined` if it contains no resources. */
export function memberOwnership(
  model: Model,
  type: TypeReference | null,
): string | undefined {
  const handles = type === null ? undefined : handlesOf(model, type);
  if (handles === undefined) return undefined;
  return handles.isOwned
    ? "Owned: the receiver disposes of it."
    : "Borrowed: the sender keeps ownership.";
}

function handlesOf(
  model: Model,
  reference: TypeReference,
): Handles | undefined {
  if (typeof reference === "string") return undefined;
  const { owned, borrowed } = holdersIn(model);
  const isOwned = owned.has(reference);
  if (!isOwned && !borrowed.has(reference)) return undefined;
  let kind = resolveAlias(model, reference);
  while (typeof kind === "object" && "option" in kind)
    kind = resolveAlias(model, kind.option);
  return { isOwned, isWhole: typeof kind === "object" && "handle" in kind };
}

/** The types whose values contain owned and borrowed handles, at any depth. */
interface Holders {
  readonly owned: ReadonlySet<TypeId>;
  readonly borrowed: ReadonlySet<TypeId>;
}

const known = new WeakMap<Model, Holders>();

/** Finds the types that contain handles by following references backwards from the handle types. Cached per model. */
function holdersIn(model: Model): Holders {
  const found = known.get(model);
  if (found !== undefined) return found;
  const dependents = new Map<TypeId, TypeId[]>();
  const owned: TypeId[] = [];
  const borrowed: TypeId[] = [];
  for (let id = 0; id < model.types.length; id++) {
    const { kind } = typeOf(model, id);
    if (typeof kind === "object" && "handle" in kind) {
      ("own" in kind.handle ? owned : borrowed).push(id);
      continue;
    }
    eachMention(kind, (mentioned) => {
      if (typeof mentioned !== "number") return;
      const others = dependents.get(mentioned);
      if (others === undefined) dependents.set(mentioned, [id]);
      else others.push(id);
    });
  }
  const holders = {
    owned: transitiveDependents(owned, dependents),
    borrowed: transitiveDependents(borrowed, dependents),
  };
  known.set(model, holders);
  return holders;
}

/** The given types and all that depend on them, directly or indirectly. */
function transitiveDependents(
  start: readonly TypeId[],
  dependents: ReadonlyMap<TypeId, readonly TypeId[]>,
): ReadonlySet<TypeId> {
  const found = new Set<TypeId>(start);
  // Iteration over a Set also visits the elements added during it.
  for (const id of found)
    for (const dependent of dependents.get(id) ?? []) found.add(dependent);
  return found;
}
