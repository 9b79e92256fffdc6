import type { InterfaceItem, NodeBase } from "../syntax/ast.js";
import type { FunctionBuilder, InterfaceBuilder } from "./builder.js";
import type { PackageContext } from "./context.js";
import { reportDuplicate, resolveDefinitions } from "./definitions.js";
import {
  type FunctionSink,
  linkFunction,
  needsLink,
  type PendingFunction,
  resolveFunction,
  resolveResourceFunctions,
} from "./functions.js";
import type { PackageItems } from "./package-items.js";
import type { FileNames } from "./target.js";
import type { PackagePart } from "./parsed-package.js";
import { Scope } from "./scope.js";

/** An interface of which functions are not linked yet. */
export interface PendingInterface {
  readonly interface: InterfaceBuilder;
  /** Those that need it. */
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
    builder.lost,
    isOpen ? undefined : "interface",
    builder.types,
    items,
    builder.functions,
  );
  resolveDefinitions(
    items,
    scope,
    { interface: builder.id },
    builder,
    context,
    package_,
    file,
  );
  builder.hidden = scope.hidden;

  const functions = new InterfaceFunctions(builder, scope, context);
  for (const item of items) {
    if (item.kind === "function") {
      const { name } = item;
      if (scope.has(name.name) || builder.functions.has(name.name))
        reportDuplicate(name, items, scope, context);
      else
        functions.add(
          resolveFunction(item, name, item.func, scope, context),
          name,
        );
    } else if (item.kind === "resource" && scope.defines(item.name)) {
      resolveResourceFunctions(item, scope, context, functions);
    }
  }
  return functions;
}

/** Takes the functions of one interface, and keeps those that have to be linked. */
class InterfaceFunctions implements PendingInterface, FunctionSink {
  readonly interface: InterfaceBuilder;
  readonly functions: PendingFunction[] = [];
  readonly scope: Scope;
  readonly #context: PackageContext;

  constructor(
    builder: InterfaceBuilder,
    scope: Scope,
    context: PackageContext,
  ) {
    this.interface = builder;
    this.scope = scope;
    this.#context = context;
  }

  add(built: FunctionBuilder, at: NodeBase): void {
    this.interface.functions.set(built.name, built);
    if (needsLink(built, this.#context))
      this.functions.push({ function: built, at });
  }
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
