import type { Model, TypeDefinition, TypeReference } from "../model/model.js";
import { typeOf } from "../model/queries.js";
import { resolveAlias, resolveAliasId } from "./resolve-alias.js";

/**
 * How jco and componentize-js pass the `result` that a function returns. The error is thrown, unless the type of the
 * result is an alias, through any number of levels, of a `result` that another interface or world defines; then the whole
 * `result` is returned.
 *
 * @returns `undefined` if the function does not return a `result`
 */
export function errorConvention(
  model: Model,
  result: TypeReference | undefined,
): "thrown" | "returned" | undefined {
  if (typeof result !== "number") return undefined;
  const kind = resolveAlias(model, result);
  if (typeof kind === "string" || !("result" in kind)) return undefined;
  const start = typeOf(model, result);
  const target = typeOf(model, resolveAliasId(model, result));
  return start.owner === null || sameOwner(start.owner, target.owner)
    ? "thrown"
    : "returned";
}

type Owner = TypeDefinition["owner"];

function sameOwner(a: NonNullable<Owner>, b: Owner): boolean {
  if (b === null) return true;
  if ("interface" in a) return "interface" in b && a.interface === b.interface;
  return "world" in b && a.world === b.world;
}
