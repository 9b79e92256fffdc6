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

/**
 * Returns the type with an id.
 *
 * @throws RangeError if the model has no such id, which is an error of the caller.
 */
export function typeOf(model: Model, id: TypeId): TypeDefinition {
  return found(model.types[id], "type", id);
}

/** Returns the interface with an id. See {@link typeOf}. */
export function interfaceOf(model: Model, id: InterfaceId): Interface {
  return found(model.interfaces[id], "interface", id);
}

/** Returns the package with an id. See {@link typeOf}. */
export function packageOf(model: Model, id: number): Package {
  return found(model.packages[id], "package", id);
}

function found<T>(item: T | undefined, what: string, id: number): T {
  if (item === undefined)
    throw new RangeError(`the model has no ${what} ${String(id)}`);
  return item;
}

/**
 * Returns the features that gate the `@unstable` items of a model. Items whose feature is not enabled are not in the
 * model, so their features are not included.
 */
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

/** Splits `namespace:name@version` into its parts. */
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
 * Returns the full name of an item of a package.
 *
 * @param item - the name of the interface or world in the package.
 * @returns `namespace:package/item@version`, without the version if the package has none.
 */
export function fullName(owner: Package, item: string): string {
  const { namespace, name, version } = packageNameParts(owner.name);
  return `${namespace}:${name}/${item}${version === undefined ? "" : `@${version}`}`;
}

/**
 * Returns the full name of an interface; `undefined` for an interface declared inline in a world, which has no name.
 */
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
 * Returns the key of an interface that a world imports or exports under its own name rather than under a label.
 *
 * @param isTaken - whether an import or export of the world has a key as its name in WIT.
 */
export function interfaceKey(
  id: InterfaceId,
  isTaken: (key: string) => boolean,
): string {
  const key = `interface-${String(id)}`;
  return isTaken(key) ? `${key}$` : key;
}

/**
 * Whether a key of {@link interfaceKey} belongs to an interface under its own name. A label can be equal to that key. It is
 * recognized as a label only if the interface is also present under its own name, whose key then ends with `$`.
 *
 * @param items - the imports or exports of the world, by key.
 */
export function isInterfaceKey(
  key: string,
  id: InterfaceId,
  items: ReadonlyMap<string, WorldItem>,
): boolean {
  const own = `interface-${String(id)}`;
  return key === `${own}$` || (key === own && !items.has(`${own}$`));
}

/**
 * Returns the name under which a component imports or exports an item of a world.
 *
 * @param key - the key of the item in the imports or exports of the world.
 * @param items - these imports or exports.
 * @returns the full name of an interface that is imported or exported under its own name; otherwise the key.
 */
export function externName(
  model: Model,
  key: string,
  items: ReadonlyMap<string, WorldItem>,
): string {
  const item = items.get(key);
  if (item === undefined || !("interface" in item)) return key;
  if (!isInterfaceKey(key, item.interface.id, items)) return key;
  return interfaceName(model, item.interface.id) ?? key;
}

/** The parts of the `kind` of a function. */
export interface FunctionForm {
  readonly form: "freestanding" | "method" | "static" | "constructor";
  readonly isAsync: boolean;
  /** The resource a function belongs to; `undefined` if it is freestanding. */
  readonly resource: TypeId | undefined;
}

/**
 * Splits the kind of a function into its parts. Use this rather than `"constructor" in kind`, which is true for every
 * object.
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
