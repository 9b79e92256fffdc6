import type { Include, NodeBase } from "../syntax/ast.js";
import { docsOf } from "../syntax/docs.js";
import { Kind } from "../syntax/kind.js";
import type { TreeExport, TreeImport, TreeWorld } from "../syntax/tree-file.js";
import type {
  InterfaceBuilder,
  InterfaceItem,
  WorldBuilder,
  WorldItemBuilder,
  WorldKey,
} from "./builder.js";
import { type PackageContext, rangeOf } from "./context.js";
import { type Items, resolveDefinitions } from "./definitions.js";
import {
  linkFunction,
  resolveResourceFunctions,
  resolveWorldFunction,
} from "./functions.js";
import {
  type PendingInterface,
  resolveInterface,
} from "./interface-resolver.js";
import { UnparsedText } from "./unparsed-text.js";
import { newInterface } from "./new-items.js";
import type { PackageItems } from "./package-items.js";
import type { FileNames } from "./target.js";
import type { PackagePart } from "./parsed-package.js";
import { type Piece, Scope } from "./scope.js";
import { ownerWorld } from "./type-table.js";
import type { Stability } from "../model/model.js";

/** An import or export of a world that is not linked yet. */
interface PendingItem {
  readonly at: Piece;
  /** The kind of the item, for messages. */
  readonly what: "interface" | "function" | "type";
  readonly stability: Stability | undefined;
  readonly item: WorldItemBuilder;
  readonly interface: InterfaceBuilder | undefined;
}

/** A world whose items are resolved, but not linked, and whose `include`s are not copied into it yet. */
export interface PendingWorld {
  readonly world: WorldBuilder;
  readonly scope: Scope;
  readonly imports: Map<string | InterfaceBuilder, PendingItem>;
  readonly exports: Map<string | InterfaceBuilder, PendingItem>;
  readonly includes: readonly PendingInclude[];
  /** The inline interfaces, in the order of their ids. */
  readonly interfaces: readonly PendingInterface[];
}

/** An `include` whose world has been found. */
export interface PendingInclude {
  readonly node: Include;
  readonly world: WorldBuilder;
  readonly stability: Stability | undefined;
}

/** Resolves the items of a world. */
export function resolveWorld(
  builder: WorldBuilder,
  node: TreeWorld,
  part: PackagePart,
  file: FileNames,
  context: PackageContext,
  package_: PackageItems,
): PendingWorld {
  const isOpen = builder.id >= 0;
  const scope = new Scope(
    part.tree,
    context.names.newScope(),
    context.names,
    context.diagnostics,
    UnparsedText.of(part.source, node, part.errors),
    isOpen ? undefined : "a world",
  );
  const items = itemsOf(node);
  const owner = ownerWorld(builder.id);
  resolveDefinitions(items, scope, owner, undefined, context, package_, file);

  const includes: PendingInclude[] = [];
  for (const item of node.items) {
    if (item.kind !== "include") continue;
    const stability = context.gates.stability(item.attributes, part.source);
    const world = package_.world(item.path, file, part.source);
    // Nothing is missing if the gate is closed: the world would not be included anyway.
    if (world === undefined)
      builder.isBroken ||= context.gates.isOpen(stability);
    else includes.push({ node: item, world, stability });
  }

  const pending: PendingWorld = {
    world: builder,
    scope,
    imports: new Map(),
    exports: new Map(),
    includes,
    interfaces: [],
  };
  const { table, names } = context;
  names.forEachType(scope.id, (name, id) => {
    pending.imports.set(part.tree.names.text(name), {
      at: { start: table.start(id), end: table.end(id) },
      what: "type",
      stability: table.stability(id),
      item: { type: id },
      interface: undefined,
    });
  });
  const worldItems = new WorldItems(pending, part, file, context, package_);
  for (const item of node.items) {
    if (item.kind === "import" || item.kind === "export") worldItems.add(item);
    else if (item.kind === "definition") worldItems.addResource(item.node);
  }
  return pending;
}

/** The items of a world that can define the name of a type. */
function itemsOf(node: TreeWorld): Items {
  const items: Items[number][] = [];
  for (const item of node.items)
    if (item.kind === "use") items.push(item);
    else if (item.kind === "definition") items.push(item.node);
  return items;
}

/** Collects the imports and exports of one world. */
class WorldItems {
  readonly #pending: PendingWorld;
  readonly #interfaces: PendingInterface[];
  readonly #part: PackagePart;
  readonly #file: FileNames;
  readonly #context: PackageContext;
  readonly #package: PackageItems;

  constructor(
    pending: PendingWorld,
    part: PackagePart,
    file: FileNames,
    context: PackageContext,
    package_: PackageItems,
  ) {
    this.#pending = pending;
    this.#interfaces = pending.interfaces as PendingInterface[];
    this.#part = part;
    this.#file = file;
    this.#context = context;
    this.#package = package_;
  }

  /** Imports the functions of a resource. Ignores definitions of other types. */
  addResource(resource: number): void {
    const { scope, imports } = this.#pending;
    const { tree } = scope;
    if (tree.kind(resource) !== Kind.resource) return;
    if (!scope.defines(tree.nameStart(resource))) return;
    const { functions } = this.#context;
    resolveResourceFunctions(resource, scope, this.#context, (row, item) => {
      const name = functions.nameText(row);
      imports.set(name, this.#function(row, tree.diagnosticRange(item)));
    });
  }

  add(node: TreeImport | TreeExport): void {
    const { source } = this.#part;
    const { gates } = this.#context;
    const { item } = node;
    switch (item.kind) {
      case "extern-function": {
        const { name } = item.name;
        const row = resolveWorldFunction(
          node,
          this.#part.tree.names.of(name),
          item.func,
          this.#pending.scope,
          this.#context,
        );
        this.#insert(node, name, this.#function(row, item.name));
        break;
      }
      case "extern-inline": {
        const builder = newInterface(
          this.#context,
          node,
          item.name,
          null,
          this.#part,
        );
        this.#interfaces.push(
          resolveInterface(
            builder,
            item.items,
            this.#part,
            this.#file,
            this.#context,
            this.#package,
          ),
        );
        this.#insert(
          node,
          item.name.name,
          interfaceItem(
            builder,
            item.name,
            builder.stability,
            undefined,
            gates.externalId(node.attributes, source),
          ),
        );
        break;
      }
      case "extern-path":
      case "extern-labelled": {
        const stability = gates.stability(node.attributes, source);
        const externalId = gates.externalId(node.attributes, source);
        const found = this.#package.interface(item.path, this.#file, source);
        const target = found?.interface;
        if (target === undefined) {
          // An interface of another package that is mentioned only behind closed gates is not looked up, so nothing is
          // missing.
          if (found?.foreign?.isOpen !== false)
            this.#pending.world.isBroken = true;
          break;
        }
        const at = item.kind === "extern-labelled" ? item.name : item.path.name;
        const key = item.kind === "extern-labelled" ? item.name.name : target;
        this.#insert(
          node,
          key,
          interfaceItem(
            target,
            at,
            stability,
            docsOf(node, source)?.contents,
            externalId,
          ),
        );
        break;
      }
    }
  }

  #function(row: number, at: Piece): PendingItem {
    return {
      at,
      what: "function",
      stability: this.#context.functions.stability(row),
      item: { function: row },
      interface: undefined,
    };
  }

  /** The type of this name whose gate is closed: duplicate names are reported even if a gate is closed. */
  #closedType(name: string): Pick<PendingItem, "at" | "what"> | undefined {
    const { scope } = this.#pending;
    if (scope.closed === undefined) return undefined;
    const number = scope.tree.names.of(name);
    const found = scope.closed.find((type) => type.name === number);
    return found === undefined ? undefined : { at: found.at, what: "type" };
  }

  #insert(
    node: TreeImport | TreeExport,
    key: string | InterfaceBuilder,
    item: PendingItem,
  ): void {
    // The name could not be parsed, which has been reported.
    if (key === "") return;
    const direction = node.kind;
    const items =
      direction === "import" ? this.#pending.imports : this.#pending.exports;
    const hidden =
      direction === "import" && typeof key === "string"
        ? this.#closedType(key)
        : undefined;
    const previous = items.get(key) ?? hidden;
    if (previous === undefined) {
      items.set(key, item);
      return;
    }
    const { source } = this.#part;
    const related = [
      { ...rangeOf(previous.at, source), message: `${direction}ed first here` },
    ];
    if (typeof key === "string") {
      const { what } = previous;
      this.#context.diagnostics.report(
        "duplicate-world-item",
        rangeOf(item.at, source),
        { direction, name: key, what },
        { related },
      );
    } else {
      this.#context.diagnostics.report(
        "repeated-interface",
        rangeOf(item.at, source),
        { direction, name: key.name ?? "" },
        { related },
      );
    }
  }
}

function interfaceItem(
  target: InterfaceBuilder,
  at: NodeBase,
  stability: Stability | undefined,
  docs: string | undefined,
  externalId: string | undefined,
): PendingItem {
  const item: InterfaceItem = { interface: { id: target.id } };
  if (stability !== undefined) item.interface.stability = stability;
  if (externalId !== undefined) item.interface.external_id = externalId;
  if (docs !== undefined) item.interface.docs = { contents: docs };
  return {
    at,
    what: "interface",
    stability,
    item,
    interface: target,
  };
}

/**
 * Links the imports and exports of a world, and drops those whose gate is closed. Called once all interfaces of the
 * package are resolved.
 */
export function linkWorld(
  pending: PendingWorld,
  context: PackageContext,
): void {
  const { world, scope } = pending;
  if (world.id < 0) return;
  // The types of a world are imports, and wit-parser cannot drop an import that is a type.
  for (const { name, at } of scope.closed ?? []) {
    context.diagnostics.report("gated-world-type", scope.rangeOf(at), {
      name: scope.tree.names.text(name),
    });
  }
  linkItems(pending.imports, world.imports, scope, context);
  linkItems(pending.exports, world.exports, scope, context);
}

function linkItems(
  from: ReadonlyMap<string | InterfaceBuilder, PendingItem>,
  into: Map<WorldKey, WorldItemBuilder>,
  scope: Scope,
  context: PackageContext,
): void {
  const { gates, owner, diagnostics, functions } = context;
  for (const [key, pending] of from) {
    const { item } = pending;
    // `linkFunction` checks the gate of a function. The gate of a type was checked when the type was defined.
    if ("function" in item) {
      linkFunction(item.function, scope, pending.at, context);
      if (functions.isClosed(item.function)) continue;
    } else if (
      !gates.check(pending.stability, owner, scope.rangeOf(pending.at))
    )
      continue;
    if (pending.interface !== undefined && pending.interface.id < 0) {
      const what = { what: "an interface" };
      diagnostics.report("gated-reference", scope.rangeOf(pending.at), what);
      continue;
    }
    into.set(typeof key === "string" ? key : key.id, item);
  }
}
