import { expect } from "vitest";
import type {
  Model,
  TypeKind,
  TypeReference,
} from "../../../generator/src/model/model.js";
import { functionForm } from "../../../generator/src/model/queries.js";

/** Checks the invariants of every model. */
export function checkInvariants(model: Model): void {
  for (const [id, type] of model.types.entries()) {
    for (const reference of referencesOf(type.kind))
      checkReference(model, reference, id);
    const { owner } = type;
    if (owner === null) continue;
    if ("interface" in owner) {
      const types =
        model.interfaces[owner.interface]?.types ?? new Map<string, number>();
      expect(
        [...types.values()],
        `type ${String(id)} is in its interface`,
      ).toContain(id);
    } else
      expect(
        model.worlds[owner.world],
        `the world of type ${String(id)}`,
      ).toBeDefined();
  }
  for (const item of model.interfaces) {
    expect(
      model.packages[item.package],
      "the package of an interface",
    ).toBeDefined();
    for (const [name, id] of item.types)
      expect(model.types[id]?.name).toBe(name);
    for (const [name, func] of item.functions) {
      expect(func.name).toBe(name);
      const { form, resource } = functionForm(func.kind);
      if (form !== "freestanding")
        expect(model.types[resource ?? -1]).toBeDefined();
      for (const { type } of func.params)
        checkReference(model, type, model.types.length);
      if (func.result !== undefined)
        checkReference(model, func.result, model.types.length);
    }
  }
  for (const world of model.worlds) {
    expect(
      model.packages[world.package],
      "the package of a world",
    ).toBeDefined();
    for (const items of [world.imports, world.exports]) {
      for (const item of items.values()) {
        if ("interface" in item)
          expect(model.interfaces[item.interface.id]).toBeDefined();
        if ("type" in item) expect(model.types[item.type]).toBeDefined();
      }
    }
  }
}

/** Checks that a reference refers to a type earlier in the list. */
function checkReference(
  model: Model,
  reference: TypeReference,
  before: number,
): void {
  if (typeof reference === "string") return;
  expect(model.types[reference], `type ${String(reference)}`).toBeDefined();
  expect(reference).toBeLessThan(before);
}

function referencesOf(kind: TypeKind): TypeReference[] {
  const found: TypeReference[] = [];
  const collect = (value: unknown, key: string): void => {
    if (typeof value === "number") found.push(value);
    else if (Array.isArray(value)) for (const item of value) collect(item, key);
    else if (typeof value === "object" && value !== null) {
      for (const [name, item] of Object.entries(value))
        if (name !== "name" && name !== "docs") collect(item, name);
    }
  };
  // The length of a fixed-length list is a number, but not a reference.
  collect(
    typeof kind === "object" && "fixed-length-list" in kind
      ? [kind["fixed-length-list"][0]]
      : kind,
    "",
  );
  return found;
}
