import type { SourceRange } from "../diagnostics/diagnostic.js";
import type { PackageBuilder } from "./builder.js";
import {
  type PackageContext,
  packageContext,
  type RunContext,
} from "./context.js";
import { elaborateWorld } from "./elaborate.js";
import { resolveIncludes } from "./include.js";
import {
  linkInterface,
  type PendingInterface,
  resolveInterface,
} from "./interface-resolver.js";
import { PackageItems, registerItems } from "./package-items.js";
import type { OrderedPackage } from "./package-order.js";
import { checkNamesIgnoringCase } from "./rules/names-ignoring-case.js";
import { TypeResolver } from "./type-resolver.js";
import { UnparsedParts } from "./unparsed-parts.js";
import {
  linkWorld,
  type PendingWorld,
  resolveWorld,
} from "./world-resolver.js";

/** Resolves a package into the model. Its dependencies must have been resolved, as far as they exist. */
export function resolvePackage(
  ordered: OrderedPackage,
  run: RunContext,
): PackageBuilder {
  const parsed = ordered.package;
  const builder: PackageBuilder = {
    id: run.packages.length,
    name: parsed.text,
    docs: parsed.docs,
    interfaces: new Map(),
    worlds: new Map(),
    gated: new Set(),
    isBroken: parsed.isBroken,
  };
  run.packages.push(builder);
  const unparsed = new UnparsedParts(parsed);
  const owner = {
    name: parsed.text,
    version: parsed.name.version?.text,
    isVersionUnknown: unparsed.isVersionUnknown,
  };
  const types = new TypeResolver(
    run.table,
    run.gates,
    run.diagnostics,
    owner,
    parsed.isRoot,
  );
  const context = packageContext(run, builder.id, owner, types);
  const items = new PackageItems(context, ordered, unparsed);

  const interfaces: PendingInterface[] = [];
  for (const item of items.order) {
    if (item.node.kind !== "interface" || "imports" in item.builder) continue;
    interfaces.push(
      resolveInterface(
        item.builder,
        item.node.items,
        item.part,
        item.file,
        context,
        items,
      ),
    );
  }
  const worlds: PendingWorld[] = [];
  for (const item of items.order) {
    if (item.node.kind !== "world" || !("imports" in item.builder)) continue;
    worlds.push(
      resolveWorld(
        item.builder,
        item.node,
        item.part,
        item.file,
        context,
        items,
      ),
    );
  }

  for (const pending of interfaces) linkInterface(pending, context);
  for (const world of worlds)
    for (const pending of world.interfaces) linkInterface(pending, context);
  for (const pending of worlds) linkWorld(pending, context);
  for (const pending of worlds) {
    if (pending.world.id < 0) continue;
    resolveIncludes(pending, context);
    checkNames(pending, context);
    elaborateWorld(pending.world, context);
  }
  registerItems(items.order, builder);
  // Registered last, so that a package cannot refer to itself by its full name.
  run.packagesByName.set(parsed.text, builder);
  return builder;
}

function checkNames(pending: PendingWorld, context: PackageContext): void {
  const { world, scope } = pending;
  for (const direction of ["import", "export"] as const) {
    const own = direction === "import" ? pending.imports : pending.exports;
    const placeOf = (name: string): SourceRange =>
      scope.rangeOf(own.get(name)?.at ?? world.place.node);
    const items = direction === "import" ? world.imports : world.exports;
    checkNamesIgnoringCase(direction, items, placeOf, context.diagnostics);
  }
}
