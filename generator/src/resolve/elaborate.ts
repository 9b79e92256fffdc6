import type { Stability, TypeId } from "../model/model.js";
import { Kind } from "../syntax/kind.js";
import type {
  InterfaceBuilder,
  WorldBuilder,
  WorldItemBuilder,
  WorldKey,
} from "./builder.js";
import { type PackageContext, rangeOf } from "./context.js";
import { FunctionForm } from "./function-table.js";
import { owningInterface } from "./type-table.js";

/** What an interface that is implied is given of the item that implies it. */
interface Origin {
  readonly stability: Stability | undefined;
  readonly externalId: string | undefined;
}

/**
 * Completes a world: adds the interfaces that its imports and exports depend on, and brings its imports into the order of the
 * model: interfaces, types used from elsewhere, other types, functions, functions of resources.
 */
export function elaborateWorld(
  world: WorldBuilder,
  context: PackageContext,
): void {
  if (world.imports.size === 0 && world.exports.size === 0) return;
  const imports = new Map<WorldKey, WorldItemBuilder>();
  for (const [key, item] of sorted(world.imports, context)) {
    if ("interface" in item) {
      const builder = context.interfaces[item.interface.id];
      if (builder !== undefined && !imports.has(key)) {
        const origin = {
          stability: item.interface.stability,
          externalId: undefined,
        };
        for (const dependency of builder.uses)
          addImport(imports, dependency, origin);
        imports.set(key, item);
      }
      continue;
    }
    if ("type" in item) {
      const dependency = interfaceOf(item.type, context);
      if (dependency !== undefined) {
        addImport(imports, dependency, {
          stability: context.table.stability(item.type),
          externalId: undefined,
        });
      }
    }
    imports.set(key, item);
  }
  world.exports = new ExportElaborator(world, imports, context).run();
  world.imports = sorted(imports, context);
}

/** The items of a world in the order of the model: the same map, if they are in it already. */
function sorted(
  items: Map<WorldKey, WorldItemBuilder>,
  context: PackageContext,
): Map<WorldKey, WorldItemBuilder> {
  let last = 0;
  for (const item of items.values()) {
    const itsClass = classOf(item, context);
    if (itsClass < last) return sortedAnew(items, context);
    last = itsClass;
  }
  return items;
}

function sortedAnew(
  items: ReadonlyMap<WorldKey, WorldItemBuilder>,
  context: PackageContext,
): Map<WorldKey, WorldItemBuilder> {
  const classes: [WorldKey, WorldItemBuilder][][] = [[], [], [], [], []];
  for (const [key, item] of items)
    classes[classOf(item, context)]?.push([key, item]);
  return new Map(classes.flat());
}

function classOf(item: WorldItemBuilder, context: PackageContext): number {
  if ("interface" in item) return 0;
  if ("type" in item)
    return interfaceOf(item.type, context) === undefined ? 2 : 1;
  const form = context.functions.form(item.function);
  return form <= FunctionForm.asyncFreestanding ? 3 : 4;
}

/** The interface from which a type of a world is used, if it is. */
function interfaceOf(
  id: TypeId,
  context: PackageContext,
): InterfaceBuilder | undefined {
  const { table } = context;
  if (table.kind(id) !== Kind.type) return undefined;
  const target = table.first(id);
  return target < 0
    ? undefined
    : context.interfaces[owningInterface(table.owner(target))];
}

/** Adds an interface to the imports of a world, behind those it depends on. */
function addImport(
  imports: Map<WorldKey, WorldItemBuilder>,
  root: InterfaceBuilder,
  origin: Origin,
): void {
  const path = [{ item: root, rest: root.uses.values() }];
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    if (imports.has(top.item.id)) {
      path.pop();
      continue;
    }
    const { value: dependency } = top.rest.next();
    if (dependency !== undefined)
      path.push({ item: dependency, rest: dependency.uses.values() });
    else {
      imports.set(top.item.id, implied(top.item, origin));
      path.pop();
    }
  }
}

function implied(builder: InterfaceBuilder, origin: Origin): WorldItemBuilder {
  const item: WorldItemBuilder = { interface: { id: builder.id } };
  if (origin.stability !== undefined)
    item.interface.stability = origin.stability;
  if (origin.externalId !== undefined)
    item.interface.external_id = origin.externalId;
  return item;
}

/**
 * Orders the exports of a world. What an exported interface depends on is exported before it where the world exports it,
 * else imported; but an interface that is exported and would have to be imported as well, because another import
 * depends on it, would be there twice with different types: that is an error.
 */
class ExportElaborator {
  readonly #world: WorldBuilder;
  readonly #imports: Map<WorldKey, WorldItemBuilder>;
  readonly #context: PackageContext;
  readonly #exports = new Map<WorldKey, WorldItemBuilder>();
  readonly #exported = new Set<number>();
  /** What has to be imported, and what was exported that needs it. */
  readonly #required = new Map<number, string>();

  constructor(
    world: WorldBuilder,
    imports: Map<WorldKey, WorldItemBuilder>,
    context: PackageContext,
  ) {
    this.#world = world;
    this.#imports = imports;
    this.#context = context;
  }

  run(): Map<WorldKey, WorldItemBuilder> {
    const { exports } = this.#world;
    for (const [key, item] of exports) {
      if (!("interface" in item)) this.#exports.set(key, item);
      // What is exported under a label does not serve the others.
      else if (typeof key === "number") this.#exported.add(key);
    }
    for (const [key, item] of exports) {
      if (!("interface" in item)) continue;
      const builder = this.#context.interfaces[item.interface.id];
      if (builder === undefined) continue;
      const conflict = this.#add(key, builder, item);
      if (conflict !== undefined) {
        this.#report(
          this.#required.get(conflict.id) ?? this.#nameOf(builder, key),
          conflict,
        );
        // One is enough: the others follow from the same choice.
        break;
      }
    }
    return this.#exports;
  }

  /** Adds an export and what it depends on; answers the interface that is needed both ways, if there is one. */
  #add(
    rootKey: WorldKey,
    root: InterfaceBuilder,
    rootItem: WorldItemBuilder,
  ): InterfaceBuilder | undefined {
    const details = "interface" in rootItem ? rootItem.interface : undefined;
    const origin: Origin = {
      stability: details?.stability,
      externalId: details?.external_id,
    };
    const path: {
      readonly key: WorldKey;
      readonly item: InterfaceBuilder;
      readonly isExport: boolean;
      rest: Iterator<InterfaceBuilder, undefined> | undefined;
    }[] = [];
    path.push({ key: rootKey, item: root, isExport: true, rest: undefined });
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { key, item, isExport } = top;
      if (top.rest === undefined) {
        if (this.#exports.has(key)) {
          if (!isExport) return item;
          path.pop();
          continue;
        }
        if (!isExport && this.#required.has(item.id)) {
          path.pop();
          continue;
        }
      }
      const rest = (top.rest ??= item.uses.values());
      const { value: dependency } = rest.next();
      if (dependency !== undefined) {
        const isExported = isExport && this.#exported.has(dependency.id);
        path.push({
          key: dependency.id,
          item: dependency,
          isExport: isExported,
          rest: undefined,
        });
        continue;
      }
      if (isExport) {
        if (this.#required.has(item.id)) return item;
        this.#exports.set(
          key,
          key === rootKey ? rootItem : implied(item, origin),
        );
      } else {
        this.#required.set(item.id, this.#nameOf(root, rootKey));
        if (!this.#imports.has(item.id))
          this.#imports.set(item.id, implied(item, origin));
      }
      path.pop();
    }
    return undefined;
  }

  /** What to call an export: with its package, if that is another one; as the world does, if it stands within. */
  #nameOf({ name, package: owner }: InterfaceBuilder, key: WorldKey): string {
    if (name === null) return String(key);
    if (owner === this.#world.package) return name;
    return `${this.#context.packages[owner]?.name ?? ""}/${name}`;
  }

  /** @param exported that of which the needs are the problem */
  #report(exported: string, needed: InterfaceBuilder): void {
    const { place, name } = this.#world;
    const other = this.#nameOf(needed, needed.id);
    const suggestion = `export every interface that uses \`${other}\`, or none`;
    this.#context.diagnostics.report(
      "import-and-export",
      rangeOf(place.node, place.source),
      { world: name, exported, needed: other },
      { suggestion },
    );
  }
}
