import type { Interface, Model, Package, World } from "./model.js";

/** A value that `JSON.stringify` writes as it stands. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * The JSON of a model, as `wasm-tools component wit --json` prints it: the same keys in the same order, so that
 * `JSON.stringify(toJson(model), null, 2)` is the same text.
 *
 * @param model the model; it is not changed, and the answer shares parts of it, so do not change that either
 * @returns an object of plain arrays, objects and primitives
 */
export function toJson(model: Model): { readonly [key: string]: JsonValue } {
  return plain({
    worlds: model.worlds.map(worldToJson),
    interfaces: model.interfaces.map(interfaceToJson),
    types: model.types,
    packages: model.packages.map(packageToJson),
  });
}

function worldToJson(world: World): object {
  return {
    ...world,
    imports: entries(world.imports),
    exports: entries(world.exports),
  };
}

function interfaceToJson(item: Interface): object {
  return {
    ...item,
    types: entries(item.types),
    functions: entries(item.functions),
  };
}

function packageToJson(item: Package): object {
  return {
    ...item,
    interfaces: entries(item.interfaces),
    worlds: entries(item.worlds),
  };
}

/** WIT names begin with a letter, so no key of theirs is one that an object would re-order. */
function entries(map: ReadonlyMap<string, unknown>): object {
  return Object.fromEntries(map);
}

/** The model's own types are JSON but for their maps, which the functions above replace. */
function plain(value: object): { readonly [key: string]: JsonValue } {
  return value as { readonly [key: string]: JsonValue };
}
