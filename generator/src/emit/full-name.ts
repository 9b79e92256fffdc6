import type { Interface, Model, World } from "../model/model.js";
import {
  fullName as fullNameOf,
  packageOf,
  type PackageNameParts,
} from "../model/queries.js";

/**
 * The name of an item prefixed with that of its package, as one kebab-case name: `wasi-cli-types`, or
 * `wasi-cli-0-2-0-types`.
 *
 * @param isVersioned - whether to include the version of the package, if it has one
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

/** A version with each `.` and `+` replaced by `-`. */
function versionWords(version: string): string {
  let words = "";
  for (const character of version)
    words += ".+".includes(character) ? "-" : character;
  return words;
}

/** `namespace:package/name@version`. The name is empty for an inline interface of a world, which has no own name. */
export function fullName(model: Model, item: World | Interface): string {
  return fullNameOf(packageOf(model, item.package), item.name ?? "");
}

/** A full name without its version. */
export function withoutVersion(name: string): string {
  const at = name.indexOf("@");
  return at < 0 ? name : name.slice(0, at);
}
