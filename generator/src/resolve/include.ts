import type {
  Function,
  FunctionKind,
  Stability,
  TypeId,
  TypeKind,
  TypeReference,
} from "../model/model.js";
import type {
  FunctionBuilder,
  InterfaceBuilder,
  WorldBuilder,
  WorldItemBuilder,
  WorldKey,
} from "./builder.js";
import { type PackageContext, rangeOf } from "./context.js";
import type { Owner } from "./type-table.js";
import type { PendingInclude, PendingWorld } from "./world-resolver.js";

/** Copies what a world includes into it. */
export function resolveIncludes(
  pending: PendingWorld,
  context: PackageContext,
): void {
  const { world, scope } = pending;
  for (const include of pending.includes) {
    const at = include.node.path.name;
    if (
      !context.gates.check(include.stability, context.owner, at, scope.source)
    )
      continue;
    if (include.world.id < 0) {
      context.diagnostics.report("gated-reference", rangeOf(at, scope.source), {
        what: "a world",
      });
      continue;
    }
    new Inclusion(world, include, pending, context).run();
  }
}

/** One world being copied into another. */
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
    // Of two renamings of one name the first counts.
    for (const { name, alias } of include.node.names)
      if (!names.has(name.name)) names.set(name.name, alias.name);
    this.#names = names;
    this.#cloner = new Cloner(
      { world: include.world.id },
      { world: into.id },
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
    const { source } = this.#pending.scope;
    for (const { name } of this.#include.node.names) {
      if (found.has(name.name)) continue;
      // The reference blames the world that is included.
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
    if ("function" in copy) copy.function.name = name;
    else if ("type" in copy) {
      const definition = this.#context.table.definitions[copy.type];
      if (definition !== undefined) definition.name = name;
    }
    if (into.has(name)) {
      const { source } = this.#pending.scope;
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

  /** An interface that goes by its own name is the same in both worlds. */
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
        this.#pending.scope.source,
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

/** The names by which an item can be renamed: its own, and for a function of a resource that of the resource. */
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

/** Copies items from one owner to another: what the old owner owns is copied, what it uses of others stays. */
class Cloner {
  readonly #from: NonNullable<Owner>;
  readonly #to: NonNullable<Owner>;
  readonly #context: PackageContext;
  readonly #copies = new Map<TypeId, TypeId>();

  constructor(
    from: NonNullable<Owner>,
    to: NonNullable<Owner>,
    context: PackageContext,
  ) {
    this.#from = from;
    this.#to = to;
    this.#context = context;
  }

  item(item: WorldItemBuilder): WorldItemBuilder {
    if ("type" in item) return { type: this.#type(item.type) };
    if ("function" in item) return { function: this.#function(item.function) };
    const { id, ...rest } = item.interface;
    return { interface: { id: this.#interface(id), ...rest } };
  }

  #interface(id: number): number {
    const { interfaces } = this.#context;
    const original = interfaces[id];
    if (original === undefined) return id;
    // An interface with a name of its own, imported under another, is not copied.
    if (original.name !== null) return id;
    const copyId = interfaces.length;
    const copy: InterfaceBuilder = {
      ...original,
      id: copyId,
      package: this.#context.id,
      cloneOf: id,
      types: new Map(),
      functions: new Map(),
    };
    const inner = new Cloner(
      { interface: id },
      { interface: copyId },
      this.#context,
    );
    for (const [name, type] of original.types)
      copy.types.set(name, inner.#type(type));
    for (const [name, item] of original.functions)
      copy.functions.set(name, inner.#function(item));
    interfaces.push(copy);
    return copyId;
  }

  #type(id: TypeId): TypeId {
    const known = this.#copies.get(id);
    if (known !== undefined) return known;
    const { table } = this.#context;
    const original = table.definitions[id];
    if (original === undefined) return id;
    const kind = this.#kind(original.kind);
    const copy = table.addCopy(id);
    const definition = table.definitions[copy];
    if (definition !== undefined) {
      definition.kind = kind;
      if (definition.owner !== null) definition.owner = this.#to;
    }
    this.#copies.set(id, copy);
    return copy;
  }

  #kind(kind: TypeKind): TypeKind {
    if (kind === "resource") return kind;
    if ("type" in kind) {
      if (typeof kind.type !== "number") return kind;
      return this.#isOwned(kind.type) ? { type: this.#type(kind.type) } : kind;
    }
    if ("handle" in kind) {
      const { handle } = kind;
      return {
        handle:
          "own" in handle
            ? { own: this.#type(handle.own) }
            : { borrow: this.#type(handle.borrow) },
      };
    }
    if ("record" in kind) {
      return {
        record: {
          fields: kind.record.fields.map((field) => ({
            ...field,
            type: this.#reference(field.type),
          })),
        },
      };
    }
    if ("variant" in kind) {
      return {
        variant: {
          cases: kind.variant.cases.map((item) => ({
            ...item,
            type: this.#nullable(item.type),
          })),
        },
      };
    }
    if ("flags" in kind || "enum" in kind) return kind;
    if ("tuple" in kind)
      return {
        tuple: { types: kind.tuple.types.map((type) => this.#reference(type)) },
      };
    if ("option" in kind) return { option: this.#reference(kind.option) };
    if ("list" in kind) return { list: this.#reference(kind.list) };
    if ("fixed-length-list" in kind) {
      const [element, length] = kind["fixed-length-list"];
      return { "fixed-length-list": [this.#reference(element), length] };
    }
    if ("map" in kind) {
      const key = this.#reference(kind.map[0]);
      return { map: [key, this.#reference(kind.map[1])] };
    }
    if ("result" in kind) {
      const ok = this.#nullable(kind.result.ok);
      return { result: { ok, err: this.#nullable(kind.result.err) } };
    }
    if ("future" in kind) return { future: this.#nullable(kind.future) };
    return { stream: this.#nullable(kind.stream) };
  }

  #isOwned(id: TypeId): boolean {
    const owner = this.#context.table.definitions[id]?.owner;
    if (owner === undefined || owner === null) return false;
    if ("world" in owner)
      return "world" in this.#from && owner.world === this.#from.world;
    return (
      "interface" in this.#from && owner.interface === this.#from.interface
    );
  }

  #reference(reference: TypeReference): TypeReference {
    return typeof reference === "number" ? this.#type(reference) : reference;
  }

  #nullable(reference: TypeReference | null): TypeReference | null {
    return reference === null ? null : this.#reference(reference);
  }

  #function(item: Function): FunctionBuilder {
    const copy: FunctionBuilder = {
      ...item,
      params: [],
      kind: this.#functionKind(item.kind),
    };
    copy.params = item.params.map((parameter) => ({
      ...parameter,
      type: this.#reference(parameter.type),
    }));
    if (item.result !== undefined) copy.result = this.#reference(item.result);
    return copy;
  }

  #functionKind(kind: FunctionKind): FunctionKind {
    if (typeof kind === "string") return kind;
    if ("method" in kind) return { method: this.#type(kind.method) };
    if ("async-method" in kind)
      return { "async-method": this.#type(kind["async-method"]) };
    if ("static" in kind) return { static: this.#type(kind.static) };
    if ("async-static" in kind)
      return { "async-static": this.#type(kind["async-static"]) };
    return { constructor: this.#type(kind.constructor) };
  }
}
