import type { Interface, Model, World } from "../model/model.js";
import {
  fullName as fullNameOf,
  packageOf,
  type PackageNameParts,
} from "../model/queries.js";

/**
 * The name of an item with that of its package, as one name of WIT: `wasi-cli-types`, or `wasi-cli-0-2-0-types`.
 *
 * @param isVersioned - whether the version, if there is one, belongs to it
 */
export function qualifiedName(
  { namespace, name, version }: PackageNameParts,
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

/** `namespace:package/name@version`; without the name for what stands inline in a world and has none of its own. */
export function fullName(model: Model, item: World | Interface): string {
  return fullNameOf(packageOf(model, item.package), item.name ?? "");
}

/** A full name without its version. */
export function withoutVersion(name: string): string {
  const at = name.indexOf("@");
  return at < 0 ? name : name.slice(0, at);
}
