import type {
  Function,
  Model,
  TypeDefinition,
  TypeReference,
} from "../model/model.js";
import { functionForm, typeOf } from "../model/queries.js";
import { structureText } from "../model/structure-text.js";

/** Returns a type in WIT syntax, as it is written where it is used. */
export function referenceText(model: Model, reference: TypeReference): string {
  if (typeof reference === "string") return reference;
  const type = typeOf(model, reference);
  if (type.name !== null) return type.name;
  // The name of a resource, used as a type, means an anonymous `own`.
  const { kind } = type;
  if (typeof kind === "object" && "handle" in kind && "own" in kind.handle)
    return referenceText(model, kind.handle.own);
  return structureText(kind, (inner) => referenceText(model, inner));
}

/** Returns the keyword that defines a type, as in `record name { … }`; `type` for an alias or a structural type. */
export function definingWord({
  kind,
}: TypeDefinition):
  "record" | "variant" | "enum" | "flags" | "resource" | "type" {
  if (kind === "resource") return kind;
  if ("record" in kind) return "record";
  if ("variant" in kind) return "variant";
  if ("enum" in kind) return "enum";
  return "flags" in kind ? "flags" : "type";
}

/** Returns the type of a function in WIT syntax, without the `self` of a method. */
export function functionText(model: Model, item: Function): string {
  const { form, isAsync } = functionForm(item.kind);
  const params = form === "method" ? item.params.slice(1) : item.params;
  const words = form === "constructor" ? "" : `${isAsync ? "async " : ""}func`;
  const list = params
    .map((param) => `${param.name}: ${referenceText(model, param.type)}`)
    .join(", ");
  const isImplied =
    item.result === undefined ||
    (form === "constructor" && isHandle(model, item.result));
  return `${words}(${list})${isImplied ? "" : ` -> ${referenceText(model, item.result)}`}`;
}

function isHandle(model: Model, reference: TypeReference): boolean {
  if (typeof reference === "string") return false;
  const { name, kind } = typeOf(model, reference);
  return name === null && typeof kind === "object" && "handle" in kind;
}
