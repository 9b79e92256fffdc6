import type { Attribute, Use, UseName, UsePath } from "../syntax/ast.js";
import type { TreeItem, TreeWorld } from "../syntax/tree-file.js";

/**
 * Called for each path with the kind of item that is expected there, the attributes of the item that contains the path,
 * and the names used from it.
 */
export type PathVisitor = (
  path: UsePath,
  expected: "interface" | "world",
  attributes: readonly Attribute[],
  names: readonly UseName[] | undefined,
) => void;

/**
 * Visits the paths of a file's items in the order in which wit-parser records them: in a world, `use` and `include`
 * first, then imports, then exports. The path of a top-level `use` is expected to be an interface. Nested packages are
 * skipped.
 */
export function forEachPath(
  items: readonly TreeItem[],
  visit: PathVisitor,
): void {
  for (const item of items) {
    switch (item.kind) {
      case "interface":
        forEachUse(item.items.uses, visit);
        break;
      case "world":
        forEachWorldPath(item, visit);
        break;
      case "top-level-use":
        visit(item.path, "interface", [], undefined);
        break;
      case "nested-package":
        break;
    }
  }
}

function forEachUse(uses: readonly Use[], visit: PathVisitor): void {
  for (const { path, attributes, names } of uses)
    visit(path, "interface", attributes, names);
}

function forEachWorldPath(world: TreeWorld, visit: PathVisitor): void {
  for (const item of world.items) {
    if (item.kind === "use")
      visit(item.path, "interface", item.attributes, item.names);
    else if (item.kind === "include")
      visit(item.path, "world", item.attributes, undefined);
  }
  for (const direction of ["import", "export"] as const) {
    for (const item of world.items) {
      if (item.kind !== direction) continue;
      const extern = item.item;
      if (extern.kind === "extern-inline") forEachUse(extern.items.uses, visit);
      else if (
        extern.kind === "extern-path" ||
        extern.kind === "extern-labelled"
      ) {
        visit(extern.path, "interface", item.attributes, undefined);
      }
    }
  }
}
