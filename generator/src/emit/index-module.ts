import type { Package } from "../model/model.js";
import { packageNameParts, packageOf } from "../model/queries.js";
import type { Bindings } from "./bindings.js";
import { camelCase } from "./case.js";
import { documentationText } from "./documentation.js";
import { qualifiedName } from "./full-name.js";
import type { Renamed } from "./keys.js";
import type { Place } from "./locate.js";
import type { Paths } from "./paths.js";
import { reservedWords } from "./reserved.js";
import { Scope } from "./scope.js";

interface IndexEntry {
  readonly path: string;
  /** The name of the interface or world without its package. */
  readonly short: string;
  /** The name of the interface or world, prefixed with that of its package. */
  readonly long: string;
  readonly isRoot: boolean;
  readonly place: Place;
}

/**
 * The documentation of the requested packages, as the `@packageDocumentation` comment of the index, which is the entry
 * point of the output.
 *
 * @param packages - the requested packages; if there are several, a heading with its name precedes the text of each
 */
export function packageDocumentation(packages: readonly Package[]): string {
  const lines: string[] = [];
  for (const { name, docs } of packages) {
    if (docs === undefined) continue;
    if (lines.length > 0) lines.push("");
    if (packages.length > 1) lines.push(`# \`${name}\``, "");
    lines.push(docs.contents);
  }
  return lines.length === 0
    ? ""
    : documentationText(
        {
          docs: { contents: lines.join("\n") },
          notes: ["@packageDocumentation"],
        },
        "",
      );
}

/**
 * Writes the index, which exports each module under one name. A module from a requested package is exported under its
 * short name if that is unique among the requested packages, and every other module under the name with its package.
 *
 * @param roots - the requested packages; `undefined` for all
 * @param renamed - called for each module whose preferred name is taken or reserved
 */
export function indexText(
  bindings: Bindings,
  paths: Paths,
  roots: ReadonlySet<number> | undefined,
  renamed: Renamed,
): string {
  const entries = indexEntries(bindings, paths, roots);
  const counts = new Map<string, number>();
  for (const { short, isRoot } of entries)
    if (isRoot) counts.set(short, (counts.get(short) ?? 0) + 1);
  const scope = new Scope(reservedWords);
  const isShort = ({ short, isRoot }: IndexEntry): boolean =>
    isRoot && counts.get(short) === 1;
  const named = new Map<IndexEntry, string>();
  const claim = (entry: IndexEntry, wanted: string): void => {
    const name = scope.claim(wanted);
    if (name !== wanted)
      renamed(`module \`${entry.path}\` in the index`, name, entry.place);
    named.set(entry, name);
  };
  for (const entry of entries) if (isShort(entry)) claim(entry, entry.short);
  for (const entry of entries) if (!isShort(entry)) claim(entry, entry.long);
  const extension = bindings.settings.importExtension;
  let text = "";
  entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const entry of entries)
    text += `export * as ${named.get(entry) ?? ""} from "./${entry.path}.${extension}";\n`;
  return text === "" ? "export {};\n" : text;
}

function indexEntries(
  bindings: Bindings,
  paths: Paths,
  roots: ReadonlySet<number> | undefined,
): IndexEntry[] {
  const { model } = bindings;
  const entries: IndexEntry[] = [];
  const versions = new Map<string, Set<number>>();
  const items: {
    path: string;
    packageId: number;
    name: string;
    place: Place;
  }[] = [];
  for (const [id, path] of paths.interfaces) {
    const item = model.interfaces[id];
    if (item === undefined) continue;
    const place = paths.inline.get(id);
    const name =
      item.name ??
      `${model.worlds[place?.world ?? -1]?.name ?? ""}-${place?.key ?? ""}`;
    items.push({
      path,
      packageId: item.package,
      name,
      place: { interface: id },
    });
  }
  for (const [id, path] of paths.worlds) {
    const world = model.worlds[id];
    if (world !== undefined)
      items.push({
        path,
        packageId: world.package,
        name: world.name,
        place: { world: id },
      });
  }
  for (const { packageId } of items) {
    const { namespace, name } = packageNameParts(
      packageOf(model, packageId).name,
    );
    const key = `${namespace}:${name}`;
    versions.set(key, (versions.get(key) ?? new Set()).add(packageId));
  }
  for (const { path, packageId, name, place } of items) {
    const owner = packageNameParts(packageOf(model, packageId).name);
    const several =
      (versions.get(`${owner.namespace}:${owner.name}`)?.size ?? 0) > 1;
    entries.push({
      path,
      place,
      short: camelCase(name),
      long: camelCase(qualifiedName(owner, name, several)),
      isRoot: roots === undefined || roots.has(packageId),
    });
  }
  return entries;
}
