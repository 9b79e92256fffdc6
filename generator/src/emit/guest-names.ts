import type { PackageId } from "../model/model.js";
import { packageNameParts, packageOf } from "../model/queries.js";
import type { Bindings, InterfaceBinding } from "./bindings.js";
import { qualifiedName } from "./full-name.js";

/**
 * Names the interfaces on one side of a world for its guest module. Each gets its own name. If several have the same
 * name, the package name is prepended, except for inline interfaces and for interfaces of the world's own package.
 *
 * @param worldPackage - the package of the world
 * @returns names in kebab case, such as `types` or `wasi-cli-types`
 */
export function guestNames(
  { model }: Bindings,
  interfaces: readonly InterfaceBinding[],
  worldPackage: PackageId,
): ReadonlyMap<InterfaceBinding, string> {
  const groups = new Map<string, InterfaceBinding[]>();
  for (const binding of interfaces) {
    const name = shortName(binding);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [binding]);
    else group.push(binding);
  }
  const names = new Map<InterfaceBinding, string>();
  for (const [short, group] of groups) {
    const packages = group.map(({ id }) => model.interfaces[id]?.package);
    for (const binding of group) {
      const item = model.interfaces[binding.id];
      const isPlain =
        group.length === 1 ||
        item === undefined ||
        item.name === null ||
        item.package === worldPackage;
      if (isPlain) {
        names.set(binding, short);
        continue;
      }
      const owner = packageNameParts(packageOf(model, item.package).name);
      const isVersioned = packages.some((id) => {
        if (id === undefined || id === item.package) return false;
        const other = packageNameParts(packageOf(model, id).name);
        return other.namespace === owner.namespace && other.name === owner.name;
      });
      names.set(binding, qualifiedName(owner, short, isVersioned));
    }
  }
  return names;
}

/** The name of an interface without its package. */
function shortName({ fullName }: InterfaceBinding): string {
  const slash = fullName.lastIndexOf("/");
  const at = fullName.indexOf("@", slash);
  return fullName.slice(slash + 1, at < 0 ? undefined : at);
}
