import { camelCase } from "../emit/case.js";
import type {
  Function,
  InterfaceId,
  Model,
  World,
  WorldItem,
} from "../model/model.js";
import { externName, functionForm, typeOf } from "../model/queries.js";
import { isAsyncFunction } from "../emit/functions.js";
import { isFuture } from "../emit/resolve-alias.js";
import type { Thrown } from "../emit/signature.js";
import { hasShim, shimOf, type ShimmedInterface } from "./wasi.js";

/** Which implementations serve the imports of a component. */
export interface ImportSources {
  /** The name of the socket interface as the component imports it, if it does. */
  readonly socket: string | undefined;
  /** The WASI interfaces that jco's shims implement. */
  readonly wasi: readonly ShimmedInterface[];
  /** Whether there are other imports, which the user implements. */
  readonly hasOthers: boolean;
  /**
   * The names that jco has to map to themselves in order to keep their versions: the full names of interfaces, except
   * for those of WASI 0.2 that the shim implements and those that are also imported under a label. jco 1.34 would confuse
   * the labels with the mapped name.
   */
  readonly versioned: readonly string[];
}

/** The version of the socket interface that `@wit2ts/socket` implements, with any patch level. */
const socketName = /^scheduler:core-libs\/socket(?:@0\.1\.\d+)?$/;

/** Determines which implementations serve the imports of a component. */
export function importSources(model: Model, world: World): ImportSources {
  const wasi = new Map<string, ShimmedInterface>();
  const versioned: string[] = [];
  const labelled = new Set<number>();
  for (const [key, item] of world.imports) {
    if ("interface" in item && ownName(model, key, world.imports) === undefined)
      labelled.add(item.interface.id);
  }
  let socket: string | undefined;
  let others = 0;
  for (const [key, item] of world.imports) {
    const name = ownName(model, key, world.imports);
    if (name === undefined) {
      // Of the types that the world itself declares, only resources need an implementation: a class.
      if (!("type" in item) || typeOf(model, item.type).kind === "resource")
        others++;
      continue;
    }
    const shimmed = shimOf(name);
    const isLabelled = "interface" in item && labelled.has(item.interface.id);
    if ((shimmed === undefined || shimmed.key === name) && !isLabelled)
      versioned.push(name);
    if (shimmed !== undefined) wasi.set(shimmed.key, shimmed);
    else if (socketName.test(name)) socket ??= name;
    else others++;
  }
  return {
    socket,
    wasi: [...wasi.values()].sort((a, b) => (a.key < b.key ? -1 : 1)),
    hasOthers: others > 0,
    versioned,
  };
}

/**
 * A model whose world does not import the interfaces that jco's WASI shims implement. Those follow jco's conventions
 * and are passed to the component unchanged.
 */
export function withoutShimmed(model: Model, id: number): Model {
  const worlds = model.worlds.map((world, index) => {
    if (index !== id) return world;
    const imports = [...world.imports].filter(([key]) => {
      const name = ownName(model, key, world.imports);
      return name === undefined || !hasShim(name);
    });
    return { ...world, imports: new Map(imports) };
  });
  return { ...model, worlds };
}

/**
 * The interfaces that jco's shims for WASI implement for the component, apart from those that the component itself exports,
 * and how their functions throw errors. Their resources are the shims' own objects.
 */
export function shimmedInterfaces(
  model: Model,
  world: World,
): ReadonlyMap<InterfaceId, Thrown> {
  const shimmed = new Map<InterfaceId, Thrown>();
  for (const [key, item] of world.imports) {
    if (!("interface" in item)) continue;
    const name = ownName(model, key, world.imports);
    const shim = name === undefined ? undefined : shimOf(name);
    if (shim !== undefined) shimmed.set(item.interface.id, shim.thrown);
  }
  for (const item of world.exports.values())
    if ("interface" in item) shimmed.delete(item.interface.id);
  return shimmed;
}

/**
 * The full name of an interface, if the world uses it as the name of the import or export. `undefined` for a label, or
 * an interface that the world declares.
 */
function ownName(
  model: Model,
  key: string,
  items: ReadonlyMap<string, WorldItem>,
): string | undefined {
  const name = externName(model, key, items);
  return name === key ? undefined : name;
}

/**
 * The functions on one side of a world that jco has to treat as asynchronous for JSPI, in the format of its options.
 * jco detects each `async func` itself, and 1.34 fails if it is listed too. A function that returns a future is left
 * out because the future must not be awaited. Constructors never wait, on either side: `new` cannot be awaited, and an
 * exported constructor could not call an imported one that suspends.
 */
export function asyncFunctions(
  model: Model,
  items: ReadonlyMap<string, WorldItem>,
  side: "import" | "export",
): string[] {
  const names: string[] = [];
  const add = (prefix: string, one: Function): void => {
    if (isAsyncFunction(one) || isFuture(model, one.result)) return;
    if (functionForm(one.kind).form !== "constructor")
      names.push(prefix + one.name);
  };
  for (const [key, item] of items) {
    if ("function" in item) add("", item.function);
    else if ("interface" in item) {
      const name = ownName(model, key, items);
      if (name !== undefined && side === "import" && hasShim(name)) continue;
      const functions = model.interfaces[item.interface.id]?.functions;
      for (const one of functions?.values() ?? []) add(`${name ?? key}#`, one);
    }
  }
  return names;
}

/** Short names for the exported interfaces of a component where they are unambiguous: `http` for `a:b/http@1.0.0`. */
export function shortNames(
  model: Model,
  world: World,
): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  for (const [key, item] of world.exports) {
    if (ownName(model, key, world.exports) !== undefined) continue;
    taken.add(key).add(camelCase(key));
    if ("function" in item) taken.add(camelCase(item.function.name));
  }
  const candidates = new Map<string, string[]>();
  for (const key of world.exports.keys()) {
    const name = ownName(model, key, world.exports);
    if (name === undefined) continue;
    const short = camelCase(name.replace(/^.*\/|@.*$/g, ""));
    candidates.set(short, [...(candidates.get(short) ?? []), name]);
  }
  return new Map(
    [...candidates].flatMap(([short, [name, ...others]]) =>
      name === undefined || others.length > 0 || taken.has(short)
        ? []
        : [[short, name] as const],
    ),
  );
}
