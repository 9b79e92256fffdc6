import { eachMention } from "../emit/resolve-alias.js";
import type { Function, Model, World } from "../model/model.js";
import { typeOf } from "../model/queries.js";

/** Whether a world imports a function that takes or returns a stream or a future, directly or within another type. */
export function importsStreams(model: Model, { imports }: World): boolean {
  const functions: Function[] = [];
  for (const item of imports.values()) {
    if ("function" in item) functions.push(item.function);
    else if ("interface" in item)
      functions.push(
        ...(model.interfaces[item.interface.id]?.functions.values() ?? []),
      );
  }
  const seen = new Set(
    functions.flatMap(({ params, result }) => [
      ...params.map(({ type }) => type),
      ...(result === undefined ? [] : [result]),
    ]),
  );
  for (const reference of seen) {
    if (typeof reference === "string") continue;
    const { kind } = typeOf(model, reference);
    if (typeof kind === "object" && ("stream" in kind || "future" in kind))
      return true;
    // The iteration over a set also visits elements that are added during it.
    eachMention(kind, (mentioned) => seen.add(mentioned));
  }
  return false;
}
