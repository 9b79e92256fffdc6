import type { TypeKind, TypeReference } from "./model.js";

/**
 * Returns the structure of a type in WIT syntax.
 *
 * @param text - returns the text of a type inside it.
 */
export function structureText(
  kind: TypeKind,
  text: (reference: TypeReference) => string,
): string {
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
