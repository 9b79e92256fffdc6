import type {
  FunctionKind,
  Interface,
  InterfaceId,
  Model,
  Package,
  Stability,
  TypeDefinition,
  TypeId,
  WorldItem,
} from "./model.js";

/** The item of an id. An id of a model always has one; a stray one is a fault of the caller's. */
export function typeOf(model: Model, id: TypeId): TypeDefinition {
  return found(model.types[id], "type", id);
}

/** See {@link typeOf}. */
export function interfaceOf(model: Model, id: InterfaceId): Interface {
  return found(model.interfaces[id], "interface", id);
}

/** See {@link typeOf}. */
export function packageOf(model: Model, id: number): Package {
  return found(model.packages[id], "package", id);
}

function found<T>(item: T | undefined, what: string, id: number): T {
  if (item === undefined)
    throw new RangeError(`the model has no ${what} ${String(id)}`);
  return item;
}

/** The features behind which the items of a model are, as far as they were taken in. */
export function featuresIn({
  worlds,
  interfaces,
  types,
}: Model): ReadonlySet<string> {
  const found = new Set<string>();
  const add = ({ stability }: { readonly stability?: Stability }): void => {
    if (stability !== undefined && "unstable" in stability)
      found.add(stability.unstable.feature);
  };
  for (const world of worlds) {
    add(world);
    for (const side of [world.imports, world.exports]) {
      for (const item of side.values()) {
        if ("interface" in item) add(item.interface);
        else if ("function" in item) add(item.function);
      }
    }
  }
  for (const item of interfaces) {
    add(item);
    for (const each of item.functions.values()) add(each);
  }
  types.forEach(add);
  return found;
}

/** The parts of a package's name. */
export interface PackageNameParts {
  readonly namespace: string;
  readonly name: string;
  readonly version: string | undefined;
}

/** Takes `namespace:name@version` apart. */
export function packageNameParts(name: string): PackageNameParts {
  const colon = name.indexOf(":");
  const at = name.indexOf("@");
  return {
    namespace: name.slice(0, colon),
    name: at < 0 ? name.slice(colon + 1) : name.slice(colon + 1, at),
    version: at < 0 ? undefined : name.slice(at + 1),
  };
}

/**
 * The full name of an item of a package.
 *
 * @param item - the interface's or the world's own name
 * @returns `namespace:package/item@version`, without the version if the package has none
 */
export function fullName(owner: Package, item: string): string {
  const { namespace, name, version } = packageNameParts(owner.name);
  return `${namespace}:${name}/${item}${version === undefined ? "" : `@${version}`}`;
}

/** The full name of an interface; `undefined` for one that stands inline in a world, which has none. */
export function interfaceName(
  model: Model,
  id: InterfaceId,
): string | undefined {
  const item = interfaceOf(model, id);
  return item.name === null
    ? undefined
    : fullName(packageOf(model, item.package), item.name);
}

/**
 * The key of an interface that a world has under its own name.
 *
 * @param isTaken - whether something of the world is called so in WIT
 */
export function ownKey(
  id: InterfaceId,
  isTaken: (key: string) => boolean,
): string {
  const key = `interface-${String(id)}`;
  return isTaken(key) ? `${key}$` : key;
}

/**
 * Whether a world has an interface under the interface's own name by this key. A label that reads like the key is told from it
 * by the other key, if both are there.
 *
 * @param items - what is imported, or exported, by its keys
 */
export function isOwnKey(
  key: string,
  id: InterfaceId,
  items: ReadonlyMap<string, WorldItem>,
): boolean {
  const own = `interface-${String(id)}`;
  return key === `${own}$` || (key === own && !items.has(`${own}$`));
}

/**
 * The name by which a component imports or exports an item of a world.
 *
 * @param key - the item's key in the world's imports or exports
 * @param items - those imports or exports
 * @returns the full name of an interface that goes by its own, else the key
 */
export function externName(
  model: Model,
  key: string,
  items: ReadonlyMap<string, WorldItem>,
): string {
  const item = items.get(key);
  if (item === undefined || !("interface" in item)) return key;
  if (!isOwnKey(key, item.interface.id, items)) return key;
  return interfaceName(model, item.interface.id) ?? key;
}

/** What a function's `kind` says, taken apart. */
export interface FunctionForm {
  readonly form: "freestanding" | "method" | "static" | "constructor";
  readonly isAsync: boolean;
  /** The resource a function belongs to; `undefined` if it is freestanding. */
  readonly resource: TypeId | undefined;
}

/**
 * Takes the kind of a function apart. Use this rather than `in`, for every object has a `constructor`.
 */
export function functionForm(kind: FunctionKind): FunctionForm {
  if (typeof kind === "string") {
    return {
      form: "freestanding",
      isAsync: kind === "async-freestanding",
      resource: undefined,
    };
  }
  if ("method" in kind)
    return { form: "method", isAsync: false, resource: kind.method };
  if ("async-method" in kind)
    return { form: "method", isAsync: true, resource: kind["async-method"] };
  if ("static" in kind)
    return { form: "static", isAsync: false, resource: kind.static };
  if ("async-static" in kind)
    return { form: "static", isAsync: true, resource: kind["async-static"] };
  return { form: "constructor", isAsync: false, resource: kind.constructor };
}
