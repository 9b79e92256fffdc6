import type { InterfaceItem, Identifier } from "../syntax/ast.js";
import type { InterfaceBuilder } from "./builder.js";
import type { PackageContext } from "./context.js";
import { reportDuplicate, resolveDefinitions } from "./definitions.js";
import {
  linkFunction,
  type PendingFunction,
  resolveFunction,
  resolveResourceFunctions,
} from "./functions.js";
import type { FileNames, PackageItems } from "./package-items.js";
import type { PackagePart } from "./parsed-package.js";
import { Scope } from "./scope.js";

/** An interface whose functions are resolved, but not linked. */
export interface PendingInterface {
  readonly interface: InterfaceBuilder;
  readonly functions: readonly PendingFunction[];
  readonly scope: Scope;
}

/** Resolves the types and functions of an interface. */
export function resolveInterface(
  builder: InterfaceBuilder,
  items: readonly InterfaceItem[],
  part: PackagePart,
  file: FileNames,
  context: PackageContext,
  package_: PackageItems,
): PendingInterface {
  const isOpen = builder.id >= 0;
  const scope = new Scope(
    part.source,
    context.diagnostics,
    builder.isBroken,
    isOpen ? undefined : "interface",
    builder.types,
  );
  resolveDefinitions(
    items,
    scope,
    { interface: builder.id },
    builder.uses,
    context,
    package_,
    file,
  );
  builder.hidden = scope.hidden;

  const functions: PendingFunction[] = [];
  for (const item of items) {
    if (item.kind === "function") {
      if (!defineFunction(item.name, items, scope, context)) continue;
      functions.push(
        resolveFunction(item, item.name, item.func, scope, context),
      );
    } else if (item.kind === "resource" && scope.defines(item.name)) {
      functions.push(...resolveResourceFunctions(item, scope, context));
    }
  }
  // For those that use its types: a name of a function is not that of a type.
  for (const pending of functions)
    builder.functions.set(pending.function.name, pending.function);
  return { interface: builder, functions, scope };
}

function defineFunction(
  name: Identifier,
  items: readonly InterfaceItem[],
  scope: Scope,
  context: PackageContext,
): boolean {
  if (scope.has(name.name) || scope.function(name.name) !== undefined) {
    reportDuplicate(name, items, scope, context);
    return false;
  }
  scope.defineFunction(name);
  return true;
}

/** Links the functions of an interface, once all types of the package are there, and drops those whose gate is closed. */
export function linkInterface(
  pending: PendingInterface,
  context: PackageContext,
): void {
  const { interface: builder, functions, scope } = pending;
  if (builder.id < 0) return;
  for (const item of functions) {
    if (!linkFunction(item, scope, context))
      builder.functions.delete(item.function.name);
  }
}
