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

/** The attributes that an implied interface inherits from the item that implies it. */
interface Origin {
  readonly stability: Stability | undefined;
  readonly externalId: string | undefined;
}

/**
 * Completes a world: adds the interfaces that its imports and exports depend on, and sorts its imports into the order
 * of the model: interfaces, types used from interfaces, other types, freestanding functions, functions of resources.
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

/** Returns the items of a world in the order of the model. Returns the same map if it is already sorted. */
function sorted(
  items: Map<WorldKey, WorldItemBuilder>,
  context: PackageContext,
): Map<WorldKey, WorldItemBuilder> {
  let last = 0;
  for (const item of items.values()) {
    const rank = rankOf(item, context);
    if (rank < last) return sortItems(items, context);
    last = rank;
  }
  return items;
}

function sortItems(
  items: ReadonlyMap<WorldKey, WorldItemBuilder>,
  context: PackageContext,
): Map<WorldKey, WorldItemBuilder> {
  const classes: [WorldKey, WorldItemBuilder][][] = [[], [], [], [], []];
  for (const [key, item] of items)
    classes[rankOf(item, context)]?.push([key, item]);
  return new Map(classes.flat());
}

function rankOf(item: WorldItemBuilder, context: PackageContext): number {
  if ("interface" in item) return 0;
  if ("type" in item)
    return interfaceOf(item.type, context) === undefined ? 2 : 1;
  const form = context.functions.form(item.function);
  return form <= FunctionForm.asyncFreestanding ? 3 : 4;
}

/** The interface from which a world uses a type; `undefined` if the type is the world's own. */
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

/** Adds an interface to the imports of a world, after those it depends on. */
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
 * Orders the exports of a world. The dependencies of an exported interface are exported before it if the world exports
 * them, and imported otherwise. It is an error if an exported interface also has to be imported because another import
 * depends on it: it would exist twice, with different types.
 */
class ExportElaborator {
  readonly #world: WorldBuilder;
  readonly #imports: Map<WorldKey, WorldItemBuilder>;
  readonly #context: PackageContext;
  readonly #exports = new Map<WorldKey, WorldItemBuilder>();
  readonly #exported = new Set<number>();
  /** The interfaces that must be imported, each with the name of the export that requires it. */
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
      // An export under a label does not satisfy the dependencies of other exports.
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
        // Report only the first conflict: further ones have the same cause.
        break;
      }
    }
    return this.#exports;
  }

  /**
   * Adds an export and its dependencies. Returns the interface that would have to be both imported and exported, if
   * there is one.
   */
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

  /**
   * The name of an export in messages: qualified with its package if that is not the world's, or the label of an inline
   * interface.
   */
  #nameOf({ name, package: owner }: InterfaceBuilder, key: WorldKey): string {
    if (name === null) return String(key);
    if (owner === this.#world.package) return name;
    return `${this.#context.packages[owner]?.name ?? ""}/${name}`;
  }

  /**
   * @param exported - the name of the export whose dependencies cause the conflict
   * @param needed - the interface that would have to be both imported and exported
   */
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
