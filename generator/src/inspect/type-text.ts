import type {
  Function,
  Model,
  TypeDefinition,
  TypeReference,
} from "../model/model.js";
import { functionForm, typeOf } from "../model/queries.js";

/** A type as WIT writes it where it is used. */
export function referenceText(model: Model, reference: TypeReference): string {
  if (typeof reference === "string") return reference;
  const type = typeOf(model, reference);
  if (type.name !== null) return type.name;
  // An anonymous `own` is what the name of a resource stands for.
  const { kind } = type;
  if (typeof kind === "object" && "handle" in kind && "own" in kind.handle)
    return referenceText(model, kind.handle.own);
  return structureText(model, type);
}

/** What a type is made of, as WIT writes it. */
export function structureText(model: Model, { kind }: TypeDefinition): string {
  const text = (reference: TypeReference): string =>
    referenceText(model, reference);
  if (kind === "resource") return kind;
  if ("type" in kind) return text(kind.type);
  if ("handle" in kind) {
    const { handle } = kind;
    return "own" in handle
      ? `own<${text(handle.own)}>`
      : `borrow<${text(handle.borrow)}>`;
  }
  if ("list" in kind) return `list<${text(kind.list)}>`;
  if ("fixed-length-list" in kind) {
    const [element, length] = kind["fixed-length-list"];
    return `list<${text(element)}, ${String(length)}>`;
  }
  if ("option" in kind) return `option<${text(kind.option)}>`;
  if ("map" in kind) return `map<${text(kind.map[0])}, ${text(kind.map[1])}>`;
  if ("tuple" in kind) return `tuple<${kind.tuple.types.map(text).join(", ")}>`;
  if ("future" in kind)
    return kind.future === null ? "future" : `future<${text(kind.future)}>`;
  if ("stream" in kind)
    return kind.stream === null ? "stream" : `stream<${text(kind.stream)}>`;
  if ("result" in kind) {
    const { ok, err } = kind.result;
    if (err === null) return ok === null ? "result" : `result<${text(ok)}>`;
    return `result<${ok === null ? "_" : text(ok)}, ${text(err)}>`;
  }
  if ("record" in kind)
    return braces(
      kind.record.fields.map((field) => `${field.name}: ${text(field.type)}`),
    );
  if ("variant" in kind) {
    return braces(
      kind.variant.cases.map((item) =>
        item.type === null ? item.name : `${item.name}(${text(item.type)})`,
      ),
    );
  }
  return braces(
    ("flags" in kind ? kind.flags.flags : kind.enum.cases).map(
      (item) => item.name,
    ),
  );
}

function braces(items: readonly string[]): string {
  return items.length === 0 ? "{}" : `{ ${items.join(", ")} }`;
}

/** The word that defines a type, as in `record name { … }`; `type` for what has no word of its own. */
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

/** A function's type as WIT writes it, without the `self` of a method. */
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
