import type {
  Interface,
  Model,
  Package,
  PackageId,
  World,
} from "../model/model.js";

/** A package's name in its parts. */
export interface PackageName {
  readonly namespace: string;
  readonly name: string;
  readonly version: string | undefined;
}

/** Takes `namespace:name@version` apart. */
export function packageName(item: Package): PackageName {
  const colon = item.name.indexOf(":");
  const at = item.name.indexOf("@");
  return {
    namespace: item.name.slice(0, colon),
    name: item.name.slice(colon + 1, at < 0 ? undefined : at),
    version: at < 0 ? undefined : item.name.slice(at + 1),
  };
}

/**
 * The name of an item with that of its package, as one name of WIT: `wasi-cli-types`, or `wasi-cli-0-2-0-types`.
 *
 * @param isVersioned - whether the version, if there is one, belongs to it
 */
export function qualifiedName(
  { namespace, name, version }: PackageName,
  item: string,
  isVersioned: boolean,
): string {
  const words =
    isVersioned && version !== undefined ? `-${versionWords(version)}` : "";
  return `${namespace}-${name}${words}-${item}`;
}

/** A version in letters and digits only. */
function versionWords(version: string): string {
  let words = "";
  for (const character of version)
    words += ".+".includes(character) ? "-" : character;
  return words;
}

/** A package by its id. A model is whole, so every id has one. */
export function packageOf(model: Model, id: PackageId): Package {
  const item = model.packages[id];
  if (item === undefined)
    throw new RangeError(`the model has no package ${id}`);
  return item;
}

/** `namespace:package/name@version`, or the bare name for what stands inline in a world and has none of its own. */
export function fullName(model: Model, item: World | Interface): string {
  const { namespace, name, version } = packageName(
    packageOf(model, item.package),
  );
  return `${namespace}:${name}/${item.name ?? ""}${version === undefined ? "" : `@${version}`}`;
}

/** A full name without its version. */
export function withoutVersion(name: string): string {
  const at = name.indexOf("@");
  return at < 0 ? name : name.slice(0, at);
}
