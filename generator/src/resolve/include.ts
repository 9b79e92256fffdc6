import type { Stability } from "../model/model.js";
import type { WorldBuilder, WorldItemBuilder, WorldKey } from "./builder.js";
import { Cloner } from "./cloner.js";
import { type PackageContext, rangeOf } from "./context.js";
import { ownerWorld } from "./type-table.js";
import type { PendingInclude, PendingWorld } from "./world-resolver.js";

/** Copies the items of the included worlds into a world. */
export function resolveIncludes(
  pending: PendingWorld,
  context: PackageContext,
): void {
  const { world, scope } = pending;
  for (const include of pending.includes) {
    const at = include.node.path.name;
    if (
      !context.gates.check(include.stability, context.owner, scope.rangeOf(at))
    )
      continue;
    if (include.world.id < 0) {
      const what = { what: "a world" };
      context.diagnostics.report("gated-reference", scope.rangeOf(at), what);
      continue;
    }
    new Inclusion(world, include, pending, context).run();
  }
}

/** Copies the items of one world into another. */
class Inclusion {
  readonly #into: WorldBuilder;
  readonly #from: WorldBuilder;
  readonly #include: PendingInclude;
  readonly #pending: PendingWorld;
  readonly #context: PackageContext;
  readonly #names: ReadonlyMap<string, string>;
  readonly #cloner: Cloner;

  constructor(
    into: WorldBuilder,
    include: PendingInclude,
    pending: PendingWorld,
    context: PackageContext,
  ) {
    this.#into = into;
    this.#from = include.world;
    this.#include = include;
    this.#pending = pending;
    this.#context = context;
    const names = new Map<string, string>();
    // If a name is renamed twice, the first renaming applies.
    for (const { name, alias } of include.node.names)
      if (!names.has(name.name)) names.set(name.name, alias.name);
    this.#names = names;
    this.#cloner = new Cloner(
      ownerWorld(include.world.id),
      ownerWorld(into.id),
      context,
    );
  }

  run(): void {
    if (this.#from.isBroken) this.#into.isBroken = true;
    else this.#reportUnused();
    this.#copy("import", this.#from.imports, this.#into.imports);
    this.#copy("export", this.#from.exports, this.#into.exports);
  }

  #reportUnused(): void {
    if (this.#names.size === 0) return;
    const found = new Set<string>();
    for (const items of [this.#from.imports, this.#from.exports]) {
      for (const key of items.keys()) {
        if (typeof key !== "string") continue;
        for (const base of renamable(key)) found.add(base);
      }
    }
    const { source } = this.#pending.scope.tree;
    for (const { name } of this.#include.node.names) {
      if (name.name === "" || found.has(name.name)) continue;
      // wit-parser reports this at the path of the included world.
      const related = [{ ...rangeOf(name, source), message: "named here" }];
      const at = rangeOf(this.#include.node.path.name, source);
      this.#context.diagnostics.report(
        "unknown-included-name",
        at,
        { world: this.#from.name, name: name.name },
        { related },
      );
    }
  }

  #copy(
    direction: "import" | "export",
    from: ReadonlyMap<WorldKey, WorldItemBuilder>,
    into: Map<WorldKey, WorldItemBuilder>,
  ): void {
    for (const [key, item] of [...from]) {
      if (typeof key === "string") this.#copyNamed(direction, key, item, into);
      else this.#share(key, item, into);
    }
  }

  #copyNamed(
    direction: string,
    key: string,
    item: WorldItemBuilder,
    into: Map<WorldKey, WorldItemBuilder>,
  ): void {
    const name = this.#renamed(key);
    const copy = this.#cloner.item(item);
    const { table, functions } = this.#context;
    const { tree } = this.#pending.scope;
    if ("function" in copy) functions.rename(copy.function, name);
    else if ("type" in copy) table.setName(copy.type, tree.names.of(name));
    if (into.has(name)) {
      // The name could not be parsed, which has been reported.
      if (name === "") return;
      const { source } = tree;
      const previous = (
        direction === "import" ? this.#pending.imports : this.#pending.exports
      ).get(name);
      const related =
        previous === undefined
          ? []
          : [{ ...rangeOf(previous.at, source), message: "defined here" }];
      const at = rangeOf(this.#include.node.path.name, source);
      this.#context.diagnostics.report(
        "include-conflict",
        at,
        { direction, name, world: this.#from.name },
        { related },
      );
      return;
    }
    into.set(name, copy);
  }

  /** Adds an interface that has no label. It is the same interface in both worlds, so it is not copied. */
  #share(
    key: number,
    item: WorldItemBuilder,
    into: Map<WorldKey, WorldItemBuilder>,
  ): void {
    if (!("interface" in item)) return;
    const isForeign = this.#from.package !== this.#into.package;
    const stability =
      isForeign && isStable(item.interface.stability)
        ? undefined
        : item.interface.stability;
    const there = into.get(key);
    if (there === undefined || !("interface" in there)) {
      const { stability: _dropped, ...rest } = item.interface;
      const { id, ...others } = rest;
      into.set(key, {
        interface:
          stability === undefined ? rest : { id, stability, ...others },
      });
      return;
    }
    const previous = there.interface.stability;
    if (isForeign && isStable(item.interface.stability)) {
      const { stability: _dropped, ...rest } = there.interface;
      into.set(key, { interface: rest });
    } else if (stability !== undefined && previous === undefined) {
      const { id, ...others } = there.interface;
      into.set(key, { interface: { id, stability, ...others } });
    } else if (stability !== undefined && !isSame(stability, previous)) {
      const at = rangeOf(
        this.#include.node.path.name,
        this.#pending.scope.tree.source,
      );
      const name = this.#context.interfaces[key]?.name ?? "";
      this.#context.diagnostics.report("stability-conflict", at, { name });
    }
  }

  #renamed(key: string): string {
    if (this.#names.size === 0) return key;
    const direct = this.#names.get(key);
    if (direct !== undefined) return direct;
    const bracket = key.indexOf("]");
    if (bracket < 0) return key;
    const dot = key.indexOf(".", bracket);
    const base = key.slice(bracket + 1, dot < 0 ? key.length : dot);
    const name = this.#names.get(base);
    return name === undefined
      ? key
      : `${key.slice(0, bracket + 1)}${name}${dot < 0 ? "" : key.slice(dot)}`;
  }
}

/**
 * The names that a `with` clause can use to rename an item: its own and, for a function of a resource, the resource's.
 */
function renamable(key: string): string[] {
  const bracket = key.indexOf("]");
  if (bracket < 0) return [key];
  const dot = key.indexOf(".", bracket);
  return [key, key.slice(bracket + 1, dot < 0 ? key.length : dot)];
}

function isStable(stability: Stability | undefined): boolean {
  return stability !== undefined && "stable" in stability;
}

function isSame(left: Stability, right: Stability | undefined): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
