import type {
  Function,
  Interface,
  Model,
  Package,
  World,
  WorldItem,
} from "./model.js";

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
 * @param model - the model; it is not changed, and the answer shares parts of it, so do not change that either
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
    imports: entries(world.imports, worldItemToJson),
    exports: entries(world.exports, worldItemToJson),
  };
}

function worldItemToJson(item: WorldItem): WorldItem {
  return "function" in item
    ? { function: functionToJson(item.function) }
    : item;
}

/** The reference does not know the documentation of parameters. */
function functionToJson(item: Function): Function {
  if (!item.params.some(({ docs }) => docs !== undefined)) return item;
  return {
    ...item,
    params: item.params.map(({ name, type }) => ({ name, type })),
  };
}

function interfaceToJson(item: Interface): object {
  return {
    ...item,
    types: Object.fromEntries(item.types),
    functions: entries(item.functions, functionToJson),
  };
}

function packageToJson(item: Package): object {
  return {
    ...item,
    interfaces: Object.fromEntries(item.interfaces),
    worlds: Object.fromEntries(item.worlds),
  };
}

/** WIT names begin with a letter, so no key of theirs is one that an object would re-order. */
function entries<Value>(
  map: ReadonlyMap<string, Value>,
  toJsonValue: (value: Value) => unknown,
): object {
  const object: Record<string, unknown> = {};
  for (const [key, value] of map) object[key] = toJsonValue(value);
  return object;
}

/** The model's own types are JSON but for their maps, which the functions above replace. */
function plain(value: object): { readonly [key: string]: JsonValue } {
  return value as { readonly [key: string]: JsonValue };
}
