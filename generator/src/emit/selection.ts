import type {
  InterfaceId,
  Model,
  TypeId,
  World,
  WorldId,
} from "../model/model.js";
import { typeOf } from "../model/queries.js";
import { fullName, withoutVersion } from "./full-name.js";
import { matchesGlob } from "./glob.js";
import type { Settings } from "./options.js";

/** The parts of a model to generate, in the order of the model. */
export interface Selection {
  readonly interfaces: readonly InterfaceId[];
  readonly worlds: readonly WorldId[];
  /** The requested names of worlds that match no world. */
  readonly unusedWorlds: readonly string[];
  /** The requested patterns for interfaces that match no interface. */
  readonly unusedInterfaces: readonly string[];
}

/**
 * Selects the requested interfaces and worlds, and everything that they need. If the settings name none, everything in
 * the requested packages.
 *
 * @param roots - the requested packages; `undefined` for all
 */
export function select(
  model: Model,
  settings: Settings,
  roots: ReadonlySet<number> | undefined,
): Selection {
  const interfaces = new Set<InterfaceId>();
  const worlds = new Set<WorldId>();
  const unusedWorlds = new Set(settings.worlds);
  const unusedInterfaces = new Set(settings.interfaces);
  const everything =
    settings.interfaces.length === 0 && settings.worlds.length === 0;
  // A name without package refers to a world of a requested package if there is one, else to any world of that name.
  const ownWorlds = new Set(
    model.worlds
      .filter((world) => isRoot(roots, world.package))
      .map(({ name }) => name),
  );
  model.worlds.forEach((world, id) => {
    const name = fullName(model, world);
    const goesByName =
      isRoot(roots, world.package) || !ownWorlds.has(world.name);
    const wanted = settings.worlds.filter(
      (text) =>
        text === name ||
        text === withoutVersion(name) ||
        (goesByName && text === world.name),
    );
    for (const text of wanted) unusedWorlds.delete(text);
    if (wanted.length > 0 || (everything && isRoot(roots, world.package))) {
      worlds.add(id);
      for (const needed of worldInterfaces(model, world))
        addWithDependencies(model, needed, interfaces);
    }
  });
  model.interfaces.forEach((item, id) => {
    const { name: ownName } = item;
    if (ownName === null) return;
    const name = fullName(model, item);
    const goesByName = isRoot(roots, item.package);
    const wanted = settings.interfaces.filter(
      (text) =>
        matchesGlob(text, name) ||
        matchesGlob(text, withoutVersion(name)) ||
        (goesByName && matchesGlob(text, ownName)),
    );
    for (const text of wanted) unusedInterfaces.delete(text);
    if (wanted.length > 0 || (everything && goesByName))
      addWithDependencies(model, id, interfaces);
  });
  return {
    interfaces: [...interfaces].sort((a, b) => a - b),
    worlds: [...worlds].sort((a, b) => a - b),
    unusedWorlds: [...unusedWorlds],
    unusedInterfaces: [...unusedInterfaces],
  };
}

function isRoot(roots: ReadonlySet<number> | undefined, id: number): boolean {
  return roots === undefined || roots.has(id);
}

/** Adds an interface to `found`, and all interfaces that it uses, directly or indirectly. */
function addWithDependencies(
  model: Model,
  id: InterfaceId,
  found: Set<InterfaceId>,
): void {
  const waiting = [id];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    const types = model.interfaces[next]?.types;
    if (types === undefined) continue;
    for (const type of types.values()) {
      const owner = usedOwner(model, type);
      if (owner !== undefined) waiting.push(owner);
    }
  }
}

/** The interface from which a type comes by `use`; `undefined` if it does not. */
function usedOwner(model: Model, id: TypeId): InterfaceId | undefined {
  const { kind } = typeOf(model, id);
  if (kind === "resource" || !("type" in kind) || typeof kind.type !== "number")
    return undefined;
  const { owner } = typeOf(model, kind.type);
  return owner !== null && "interface" in owner ? owner.interface : undefined;
}

/** The interfaces that a world imports, exports or uses types from. */
function* worldInterfaces(model: Model, world: World): Generator<InterfaceId> {
  for (const side of [world.imports, world.exports]) {
    for (const item of side.values()) {
      if ("interface" in item) yield item.interface.id;
      else if ("type" in item) {
        const owner = usedOwner(model, item.type);
        if (owner !== undefined) yield owner;
      }
    }
  }
}
