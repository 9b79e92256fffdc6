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

/** What of a model is generated, in the order of the model. */
export interface Selection {
  readonly interfaces: readonly InterfaceId[];
  readonly worlds: readonly WorldId[];
  /** The names of worlds that fit none. */
  readonly unusedWorlds: readonly string[];
  /** The patterns for interfaces that fit none. */
  readonly unusedInterfaces: readonly string[];
}

/**
 * Picks the interfaces and worlds that were asked for, and all that they need. With nothing asked for, everything in
 * the given packages.
 *
 * @param roots - the packages that were asked for; `undefined` for all
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
  // A name alone is of a world in what was asked for, where there is one.
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
        need(model, needed, interfaces);
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
      need(model, id, interfaces);
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

function need(model: Model, id: InterfaceId, found: Set<InterfaceId>): void {
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

/** The interface that a type comes from by `use`, if it does. */
function usedOwner(model: Model, id: TypeId): InterfaceId | undefined {
  const { kind } = typeOf(model, id);
  if (kind === "resource" || !("type" in kind) || typeof kind.type !== "number")
    return undefined;
  const { owner } = typeOf(model, kind.type);
  return owner !== null && "interface" in owner ? owner.interface : undefined;
}

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
