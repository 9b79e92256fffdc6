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
import { fullName } from "../emit/full-name.js";
import { isFuture } from "../emit/resolve-alias.js";
import { hasShim } from "./wasi.js";

/** Where the imports of a component come from. */
export interface ImportSources {
  /** The name of the socket interface as the component has it, if it imports it. */
  readonly socket: string | undefined;
  /** The interfaces of WASI that jco's shim serves, by their names without version. */
  readonly wasi: readonly string[];
  /** Whether there are others, which the user implements. */
  readonly hasOthers: boolean;
  /**
   * What jco is to map to itself, so that it keeps the versions: the full names of interfaces, but for those of WASI, and those that are
   * imported under a label as well. jco 1.34 would take the labels for the name that is mapped.
   */
  readonly versioned: readonly string[];
}

/** The version of the socket interface that `@wit2ts/socket` implements: any patch of it will do. */
const socketName = /^scheduler:core-libs\/socket(?:@0\.1\.\d+)?$/;

/** Tells where the imports of a component come from. */
export function importSources(model: Model, world: World): ImportSources {
  const wasi = new Set<string>();
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
      // Of types, resources of the world's own are classes that somebody has to give.
      if (!("type" in item) || typeOf(model, item.type).kind === "resource")
        others++;
    } else if (hasShim(name)) wasi.add(name.replace(/@.*$/, ""));
    else {
      if (!("interface" in item && labelled.has(item.interface.id)))
        versioned.push(name);
      if (socketName.test(name)) socket ??= name;
      else others++;
    }
  }
  return {
    socket,
    wasi: [...wasi].sort(),
    hasOthers: others > 0,
    versioned,
  };
}

/**
 * A model whose world does not import what jco's shim for WASI serves: those interfaces follow jco's conventions and are handed to
 * the component as they are.
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
 * The interfaces that jco's shim for WASI implements, apart from those that the component itself exports. Their resources are
 * the shim's own objects, which throw errors as jco's do.
 */
export function shimmedInterfaces(
  model: Model,
  world: World,
): ReadonlySet<InterfaceId> {
  const shimmed = new Set<InterfaceId>();
  model.interfaces.forEach((item, id) => {
    if (item.name !== null && hasShim(fullName(model, item))) shimmed.add(id);
  });
  for (const item of world.exports.values())
    if ("interface" in item) shimmed.delete(item.interface.id);
  return shimmed;
}

/** The full name of an interface, if that is what the world calls it: it can have a label instead, or stand in the world. */
function ownName(
  model: Model,
  key: string,
  items: ReadonlyMap<string, WorldItem>,
): string | undefined {
  const name = externName(model, key, items);
  return name === key ? undefined : name;
}

/**
 * The functions of one side of a world as jco's options for JSPI name them. What is an `async func`, jco knows by itself, and 1.34 fails
 * if it is told; a future that a function returns must not be awaited. Constructors never wait, on either side: `new` cannot, and one that is
 * imported could not be called by one that is exported.
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

/** Short names for the interfaces that a component exports, as far as they are clear: `http` for `a:b/http@1.0.0`. */
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
