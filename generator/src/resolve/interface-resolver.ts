import { Kind } from "../syntax/kind.js";
import type { TreeNodes } from "../syntax/tree-file.js";
import type { InterfaceBuilder } from "./builder.js";
import type { PackageContext } from "./context.js";
import {
  type Items,
  reportDuplicate,
  resolveDefinitions,
} from "./definitions.js";
import {
  linkFunction,
  resolveFunctionItem,
  resolveResourceFunctions,
} from "./functions.js";
import type { PackageItems } from "./package-items.js";
import type { PackagePart } from "./parsed-package.js";
import { Scope } from "./scope.js";
import type { FileNames } from "./target.js";
import { ownerInterface } from "./type-table.js";

/** An interface whose functions are not linked yet. */
export interface PendingInterface {
  readonly interface: InterfaceBuilder;
  readonly scope: Scope;
}

/** Resolves the types and functions of an interface. */
export function resolveInterface(
  builder: InterfaceBuilder,
  nodes: TreeNodes,
  part: PackagePart,
  file: FileNames,
  context: PackageContext,
  package_: PackageItems,
): PendingInterface {
  const { tree } = part;
  const isOpen = builder.id >= 0;
  const scope = new Scope(
    tree,
    builder.scope,
    context.names,
    context.diagnostics,
    builder.lost,
    isOpen ? undefined : "an interface",
  );
  const items: Items = itemsOf(nodes, part);
  const owner = ownerInterface(builder.id);
  resolveDefinitions(items, scope, owner, builder, context, package_, file);
  builder.hidden = scope.hidden;

  const { functions, names } = context;
  builder.firstFunction = functions.count;
  for (const item of items) {
    if (typeof item !== "number") continue;
    const kind = tree.kind(item);
    if (kind === Kind.function) {
      const name = tree.name(item);
      if (scope.has(name) || names.function(scope.id, name) >= 0) {
        reportDuplicate(
          name,
          tree.diagnosticRange(item),
          items,
          scope,
          context,
        );
      } else {
        // Define the name after resolving the signature: the name of a function is not in scope in its own signature.
        resolveFunctionItem(item, scope, context);
        names.defineFunction(scope.id, name, item);
      }
    } else if (kind === Kind.resource && scope.defines(tree.nameStart(item))) {
      resolveResourceFunctions(item, scope, context);
    }
  }
  builder.endOfFunctions = functions.count;
  return { interface: builder, scope };
}

function itemsOf({ from, to }: TreeNodes, { tree }: PackagePart): Items {
  const items: Items[number][] = [];
  for (let node = from; node < to; node = tree.nextItem(node))
    items.push(tree.kind(node) === Kind.use ? tree.use(node) : node);
  return items;
}

/** Links the functions of an interface. Called once all types of the package are defined. */
export function linkInterface(
  { interface: builder, scope }: PendingInterface,
  context: PackageContext,
): void {
  if (builder.id < 0) return;
  const { functions } = context;
  for (let row = builder.firstFunction; row < builder.endOfFunctions; row++)
    linkFunction(row, scope, functions.item(row), context);
}
