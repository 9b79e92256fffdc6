import type {
  Function,
  Interface,
  Model,
  Package,
  World,
  WorldItem,
} from "./model.js";

/** A JSON value, as plain data. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/**
 * Converts a model to the JSON that `wasm-tools component wit --json` prints: the same keys in the same order, so that
 * `JSON.stringify(toJson(model), null, 2)` is the same text.
 *
 * @param model - the model. It is not changed. The result shares parts of it, so the caller must not change the result.
 * @returns an object of plain arrays, objects and primitives.
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

/** Removes the documentation of parameters, which the JSON of the reference does not contain. */
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

/**
 * Converts a map to an object with its keys in the same order. WIT names begin with a letter, so no key is an integer,
 * which an object would move to the front.
 */
function entries<Value>(
  map: ReadonlyMap<string, Value>,
  toJsonValue: (value: Value) => unknown,
): object {
  const object: Record<string, unknown> = {};
  for (const [key, value] of map) object[key] = toJsonValue(value);
  return object;
}

/**
 * Narrows the type to JSON. This is safe: the types of the model are JSON, except for maps, which are replaced above.
 */
function plain(value: object): { readonly [key: string]: JsonValue } {
  return value as { readonly [key: string]: JsonValue };
}
