import type { Model, World } from "../model/model.js";
import { externName, functionForm, interfaceOf } from "../model/queries.js";
import { JcoError } from "./jco.js";

/**
 * Checks that no interface with functions of resources is exported under several names: jco 1.34 attaches the functions
 * to the class of one of the names only, or panics.
 *
 * @throws {@link JcoError}
 */
export function requireSingleExports(model: Model, { exports }: World): void {
  const names = new Map<number, string[]>();
  for (const [key, item] of exports) {
    if (!("interface" in item)) continue;
    const { id } = item.interface;
    names.set(id, [
      ...(names.get(id) ?? []),
      `\`${externName(model, key, exports)}\``,
    ]);
  }
  for (const [id, of] of names) {
    const { functions } = interfaceOf(model, id);
    const hasMembers = [...functions.values()].some(
      ({ kind }) => functionForm(kind).resource !== undefined,
    );
    if (hasMembers && of.length > 1)
      throw new JcoError(
        `it can export an interface with resources under one name only, but this one is exported as ${of.join(" and ")}`,
      );
  }
}

/**
 * Checks that a world exports no function called `then`: the promise with which jco returns the exports would take them
 * for another promise, call the function, and never settle.
 *
 * @throws {@link JcoError}
 */
export function requireNoThen({ exports }: World): void {
  for (const item of exports.values()) {
    if ("function" in item && item.function.name === "then")
      throw new JcoError(
        "it returns the exports with a promise, which cannot contain a function called `then`; rename that export, or move it to an interface",
      );
  }
}
