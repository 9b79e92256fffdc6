// A guest in WebAssembly text for any world that imports what it exports. It forwards every call, including those of
// resources.
//
// The representation of an exported resource is the handle of a resource of the host. Handles of resources that are
// only imported are passed on unchanged.
import type {
  Function,
  Model,
  TypeId,
  World,
  WorldItem,
} from "../../../generator/src/model/model.js";
import {
  externName,
  functionForm,
  interfaceOf,
  typeOf,
} from "../../../generator/src/model/queries.js";
import { asyncForward } from "./async-forward.js";
import { allocator } from "./forwarding-guest.js";
import { HandleWalk, type Act } from "./handle-walk.js";
import { fieldsLayout, layoutOf } from "./layout.js";
import { clause } from "./wat.js";

/** The address of results that are returned in memory. The heap begins at 65536. */
const resultArea = 1024;
const mostFlatParameters = 16;

/** An interface or a world-level function, with the module name that core modules use for it. */
interface Place {
  /** `$root` for world-level items. */
  readonly module: string;
  readonly item: WorldItem;
}

/**
 * How the `async func`s of a guest are lifted and lowered: synchronously, or asynchronously as the toolchains of
 * Preview 3 do.
 */
export type AsyncAbi = "sync" | "async";

/**
 * The core module of a guest that forwards. Calls of an export go to the import of the same name, or otherwise to an
 * import of the same interface.
 *
 * @throws Error - if the world exports an item that it does not import.
 */
export function forwardingWorld(
  model: Model,
  world: World,
  abi: AsyncAbi = "sync",
): string {
  return new ModuleWriter(model, world, abi).text();
}

class ModuleWriter {
  readonly #model: Model;
  readonly #world: World;
  readonly #imports = new Map<string, string>();
  readonly #functions: string[] = [];
  /** The names of the functions that `#take` has added, by resource. */
  readonly #takers = new Map<string, string>();
  readonly #abi: AsyncAbi;
  #count = 0;

  constructor(model: Model, world: World, abi: AsyncAbi) {
    this.#model = model;
    this.#world = world;
    this.#abi = abi;
  }

  text(): string {
    for (const [key, item] of this.#world.exports) {
      const to = this.#place(key, item, this.#world.exports);
      const from = this.#source(key, item);
      if ("function" in item) this.#forward(item.function, to, from);
      else if ("interface" in item) {
        const { functions, types } = interfaceOf(
          this.#model,
          item.interface.id,
        );
        for (const [name, id] of types) {
          if (typeOf(this.#model, id).kind === "resource")
            this.#take({ name, imported: from.module, exported: to.module });
        }
        for (const one of functions.values()) this.#forward(one, to, from);
      }
    }
    return `(module
  ${[...this.#imports.values()].join("\n  ")}
  (memory (export "memory") 2)
  (global $heap (mut i32) (i32.const 65536))
${allocator}
  ${this.#functions.join("\n  ")}
)`;
  }

  #place(
    key: string,
    item: WorldItem,
    items: ReadonlyMap<string, WorldItem>,
  ): Place {
    const module =
      "interface" in item ? externName(this.#model, key, items) : "$root";
    return { module, item };
  }

  /** The import that an export is forwarded to. */
  #source(key: string, item: WorldItem): Place {
    const { imports } = this.#world;
    const same = imports.get(key);
    if (same !== undefined) return this.#place(key, same, imports);
    for (const [other, candidate] of imports) {
      if (
        "interface" in item &&
        "interface" in candidate &&
        candidate.interface.id === item.interface.id
      )
        return this.#place(other, candidate, imports);
    }
    throw new Error(`the world exports ${key} and does not import it`);
  }

  /**
   * The name of a resource in a function that is forwarded, and the modules that it is imported from and exported to.
   * `exported` is `undefined` if the resource is not the guest's own.
   */
  #resource(
    id: TypeId,
    to: Place,
    from: Place,
  ): { name: string; imported: string; exported: string | undefined } {
    const { name, owner } = typeOf(this.#model, id);
    if (name === null || owner === null) throw new Error("a nameless resource");
    if ("world" in owner)
      return { name, imported: "$root", exported: undefined };
    const isOwn = ({ item }: Place): boolean =>
      "interface" in item && item.interface.id === owner.interface;
    const find = (
      items: ReadonlyMap<string, WorldItem>,
    ): string | undefined => {
      for (const [key, item] of items) {
        const place = this.#place(key, item, items);
        if (isOwn(place)) return place.module;
      }
      return undefined;
    };
    // An inline interface of the world is a different interface on each side.
    const imported =
      isOwn(from) || isOwn(to) ? from.module : find(this.#world.imports);
    if (imported === undefined) throw new Error(`${name} is not imported`);
    // World-level functions only refer to the types of imports.
    const exported = isOwn(to)
      ? to.module
      : to.module === "$root"
        ? undefined
        : find(this.#world.exports);
    return { name, imported, exported };
  }

  #import(module: string, name: string, type: string): string {
    const key = `${module}#${name}`;
    const existing = this.#imports.get(key);
    const id = existing === undefined ? `$i${this.#imports.size}` : undefined;
    if (id !== undefined)
      this.#imports.set(
        key,
        `(import "${module}" "${name}" (func ${id}${type}))`,
      );
    return id ?? /\$i\d+/.exec(existing ?? "")?.[0] ?? "";
  }

  #forward(one: Function, to: Place, from: Place): void {
    const model = this.#model;
    const parameters = fieldsLayout(
      one.params.map(({ type }) => layoutOf(model, type)),
    );
    const result =
      one.result === undefined ? undefined : layoutOf(model, one.result);
    const areParametersSpilled = parameters.flat.length > mostFlatParameters;
    const types = areParametersSpilled ? ["i32" as const] : parameters.flat;
    const isSpilled = result !== undefined && result.flat.length > 1;
    const results = isSpilled ? ["i32"] : (result?.flat ?? []);
    const number = this.#count++;
    const walk = (name: string, act: Act, replaces: boolean): HandleWalk =>
      new HandleWalk(`${name}${number}`, act, replaces);
    const own = (
      make: (names: {
        name: string;
        imported: string;
        exported: string;
      }) => string,
    ): Act => {
      return ({ isOwned, resource }) => {
        const names = this.#resource(resource, to, from);
        const { exported } = names;
        return isOwned && exported !== undefined
          ? make({ ...names, exported })
          : undefined;
      };
    };
    const take = walk(
      "take",
      own((names) => this.#take(names)),
      true,
    );
    const give = walk(
      "give",
      own(({ exported, name }) =>
        this.#import(
          `[export]${exported}`,
          `[resource-new]${name}`,
          " (param i32) (result i32)",
        ),
      ),
      true,
    );
    // Borrowed handles must be dropped before the call ends.
    const release = walk(
      "release",
      ({ isOwned, resource }) => {
        const { exported, imported, name } = this.#resource(resource, to, from);
        return isOwned || exported !== undefined
          ? undefined
          : this.#drop(imported, name);
      },
      false,
    );
    if (this.#abi === "async" && functionForm(one.kind).isAsync) {
      this.#functions.push(
        ...asyncForward({
          id: `async${number}`,
          name: one.name,
          from: from.module,
          to: to.module,
          parameters,
          result,
          take,
          give,
          release,
          import: (...named) => this.#import(...named),
        }),
      );
      return;
    }
    const called = this.#import(
      from.module,
      one.name,
      clause("param", isSpilled ? [...types, "i32"] : types) +
        clause("result", isSpilled ? [] : results),
    );
    const through = (one: HandleWalk): string =>
      areParametersSpilled
        ? one.memory(parameters, "(local.get 0)")
        : one.flat(parameters, 0, types);
    const passed = types.map((_, index) => `(local.get ${index})`).join(" ");
    const kept = types.length;
    let body = through(take);
    if (isSpilled)
      body += `(call ${called} ${passed} (i32.const ${resultArea}))${give.memory(result, `(i32.const ${resultArea})`)}${through(release)}(i32.const ${resultArea})`;
    else if (result === undefined)
      body += `(call ${called} ${passed})${through(release)}`;
    else
      body += `(local.set ${kept} (call ${called} ${passed}))${give.flat(result, kept, result.flat)}${through(release)}(local.get ${kept})`;
    const local =
      result === undefined || isSpilled ? "" : clause("local", result.flat);
    const name = to.module === "$root" ? one.name : `${to.module}#${one.name}`;
    this.#functions.push(
      ...[take, give, release].flatMap(({ functions }) => functions),
      `(func (export "${name}")${clause("param", types)}${clause("result", results)}${local} ${body})`,
      `(func (export "cabi_post_${name}")${clause("param", results)} ${this.#abi === "async" ? "" : "(call $free_all)"})`,
    );
  }

  #drop(imported: string, name: string): string {
    return this.#import(imported, `[resource-drop]${name}`, " (param i32)");
  }

  /**
   * Adds a function that drops a handle of the guest and returns its representation, and the destructor of the
   * resource.
   */
  #take({
    name,
    imported,
    exported,
  }: {
    name: string;
    imported: string;
    exported: string;
  }): string {
    const rep = this.#import(
      `[export]${exported}`,
      `[resource-rep]${name}`,
      " (param i32) (result i32)",
    );
    const drop = this.#import(
      `[export]${exported}`,
      `[resource-drop]${name}`,
      " (param i32)",
    );
    const key = `${exported}#${name}`;
    let id = this.#takers.get(key);
    if (id === undefined) {
      id = `$taken${this.#takers.size}`;
      this.#takers.set(key, id);
      this.#functions.push(
        // The global holds the representation whose handle is dropped because the host's resource behind it is passed
        // to the host.
        `(global ${id} (mut i32) (i32.const -1))
  (func (export "${exported}#[dtor]${name}") (param $rep i32)
    (if (i32.eq (local.get $rep) (global.get ${id}))
      (then (global.set ${id} (i32.const -1)))
      (else (call ${this.#drop(imported, name)} (local.get $rep)))))
  (func ${id} (param $handle i32) (result i32) (local $rep i32)
    (local.set $rep (call ${rep} (local.get $handle)))
    (global.set ${id} (local.get $rep))
    (call ${drop} (local.get $handle))
    (local.get $rep))`,
      );
    }
    return id;
  }
}
