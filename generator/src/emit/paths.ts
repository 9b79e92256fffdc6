import type { InterfaceId, Model, PackageId, WorldId } from "../model/model.js";
import { packageNameParts, packageOf } from "../model/queries.js";
import type { Renamed } from "./keys.js";
import type { Place } from "./locate.js";
import { reservedFiles } from "./reserved.js";
import type { Selection } from "./selection.js";

/** The paths of the files, relative to the output directory, with `/` as separator, without extension. */
export interface Paths {
  readonly interfaces: ReadonlyMap<InterfaceId, string>;
  readonly worlds: ReadonlyMap<WorldId, string>;
  /** For each inline interface, its world and its name there. */
  readonly inline: ReadonlyMap<InterfaceId, InlinePlace>;
}

/** The place of an inline interface, which has no own name. */
export interface InlinePlace {
  readonly world: WorldId;
  readonly key: string;
}

/**
 * Assigns the path of each interface and world: `namespace/package/name`, with `package@version` if more than one version
 * of a package is generated, and `namespace/package/world/name` for an inline interface. No two paths differ only in
 * case, none is a device name on Windows, and none can lead out of the output directory.
 *
 * @param renamed - called for each file whose path differs from the names in WIT
 */
export function assignPaths(
  model: Model,
  selection: Selection,
  renamed: Renamed,
): Paths {
  const inline = inlinePlaces(model, selection);
  const directories = new Directories(model, packagesOf(model, selection));
  const interfaces = new Map<InterfaceId, string>();
  const worlds = new Map<WorldId, string>();
  const noted = (path: string, what: string, place: Place): string => {
    if (directories.isChanged(path))
      renamed(`file of ${what}`, `${path}.ts`, place);
    return path;
  };
  for (const id of selection.interfaces) {
    const item = model.interfaces[id];
    if (item !== undefined && item.name !== null)
      interfaces.set(
        id,
        noted(
          directories.file(item.package, item.name),
          `interface \`${item.name}\``,
          { interface: id },
        ),
      );
  }
  for (const id of selection.worlds) {
    const world = model.worlds[id];
    if (world !== undefined)
      worlds.set(
        id,
        noted(
          directories.file(world.package, world.name),
          `world \`${world.name}\``,
          { world: id },
        ),
      );
  }
  for (const [id, { world, key }] of inline) {
    const parent = worlds.get(world);
    if (parent !== undefined)
      interfaces.set(
        id,
        noted(directories.inside(parent, key), `interface \`${key}\``, {
          interface: id,
        }),
      );
  }
  return { interfaces, worlds, inline };
}

function inlinePlaces(
  model: Model,
  selection: Selection,
): ReadonlyMap<InterfaceId, InlinePlace> {
  const places = new Map<InterfaceId, InlinePlace>();
  for (const world of selection.worlds) {
    const item = model.worlds[world];
    if (item === undefined) continue;
    for (const side of [item.imports, item.exports]) {
      for (const [key, member] of side) {
        if (!("interface" in member)) continue;
        const { id } = member.interface;
        if (model.interfaces[id]?.name === null && !places.has(id))
          places.set(id, { world, key });
      }
    }
  }
  return places;
}

function packagesOf(
  model: Model,
  selection: Selection,
): ReadonlySet<PackageId> {
  const packages = new Set<PackageId>();
  for (const id of selection.interfaces)
    packages.add(model.interfaces[id]?.package ?? 0);
  for (const id of selection.worlds)
    packages.add(model.worlds[id]?.package ?? 0);
  return packages;
}

/** Assigns paths that are unique when case is ignored. */
class Directories {
  readonly #model: Model;
  readonly #taken = new Set<string>();
  readonly #changed = new Set<string>();
  readonly #versions = new Map<string, number>();
  readonly #packages = new Map<PackageId, string>();
  readonly #namespaces = new Map<string, string>();

  constructor(model: Model, packages: ReadonlySet<PackageId>) {
    this.#model = model;
    for (const id of packages) {
      const { namespace, name } = packageNameParts(packageOf(model, id).name);
      const key = `${namespace}:${name}`;
      this.#versions.set(key, (this.#versions.get(key) ?? 0) + 1);
    }
  }

  file(id: PackageId, name: string): string {
    return this.inside(this.#package(id), name);
  }

  inside(parent: string, name: string): string {
    return this.#claim(`${parent}/`, name, ".ts");
  }

  /** Whether a path, or a directory in it, differs from the name in WIT. */
  isChanged(path: string): boolean {
    for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1))
      if (this.#changed.has(path.slice(0, end))) return true;
    return false;
  }

  #package(id: PackageId): string {
    let path = this.#packages.get(id);
    if (path === undefined) {
      const { namespace, name, version } = packageNameParts(
        packageOf(this.#model, id).name,
      );
      let parent = this.#namespaces.get(namespace);
      if (parent === undefined)
        this.#namespaces.set(
          namespace,
          (parent = this.#claim("", namespace, "")),
        );
      const several = (this.#versions.get(`${namespace}:${name}`) ?? 0) > 1;
      path = this.#claim(
        `${parent}/`,
        several && version !== undefined ? `${name}@${version}` : name,
        "",
      );
      this.#packages.set(id, path);
    }
    return path;
  }

  #claim(parent: string, name: string, extension: string): string {
    const safe = safeName(name);
    for (let count = 0; ; count++) {
      const path = `${parent}${safe}${count === 0 ? "" : count === 1 ? "$" : `$${count}`}`;
      const folded = path.toLowerCase() + extension;
      if (this.#taken.has(folded)) continue;
      this.#taken.add(folded);
      if (count > 0 || safe !== name) this.#changed.add(path);
      return path;
    }
  }
}

/**
 * A name as one component of a path. Names and versions in WIT contain no other characters, but a model need not come
 * from the WIT parser.
 */
export function safeName(name: string): string {
  let safe = "";
  for (const character of name) safe += isSafe(character) ? character : "_";
  if (safe === "" || safe.startsWith(".")) safe = `_${safe}`;
  return reservedFiles.has(safe.toLowerCase()) ? `${safe}$` : safe;
}

function isSafe(character: string): boolean {
  return (
    (character >= "a" && character <= "z") ||
    (character >= "A" && character <= "Z") ||
    (character >= "0" && character <= "9") ||
    "-+.@".includes(character)
  );
}
