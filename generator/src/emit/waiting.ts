import type { Function, Model, TypeId } from "../model/model.js";
import {
  allFunctions,
  isAsyncFunction,
  isConstructor,
  plainName,
  worldFunctions,
} from "./functions.js";
import { fullName } from "./full-name.js";
import { matchesGlob } from "./glob.js";
import { eachMention } from "./resolve-alias.js";

/** Which functions return promises whatever the contract, and which types differ between the two contracts. */
export interface Waiting {
  /** Declared `async func`, or asked for by a pattern. */
  readonly promised: ReadonlySet<Function>;
  /** The resources whose functions wait in the asynchronous contract only, and all types that hold one. */
  readonly twins: ReadonlySet<TypeId>;
  /** The patterns that no function fits. */
  readonly unused: readonly string[];
}

/**
 * Finds out what waits.
 *
 * @param patterns - globs for functions, as `ns:pkg/interface#function`, with or without a version behind the interface; a
 *   function of a resource is `resource.function` or as in WIT's own names, `[method]resource.function`
 */
export function findWaiting(
  model: Model,
  patterns: readonly string[],
): Waiting {
  const unused = new Set(patterns);
  const promised = new Set<Function>();
  const match = (owner: string, item: Function): void => {
    if (isConstructor(item)) return;
    if (isAsyncFunction(item)) promised.add(item);
    for (const pattern of patterns) {
      if (!patternFits(pattern, owner, item)) continue;
      promised.add(item);
      unused.delete(pattern);
    }
  };
  for (const owner of model.interfaces) {
    const name = owner.name === null ? "" : fullName(model, owner);
    for (const item of owner.functions.values()) match(name, item);
  }
  for (const world of model.worlds) {
    const name = fullName(model, world);
    for (const side of [world.imports, world.exports]) {
      for (const item of worldFunctions(side)) match(name, item);
      for (const [key, item] of side) {
        if (!("interface" in item)) continue;
        const inline = model.interfaces[item.interface.id];
        if (inline?.name !== null) continue;
        for (const member of inline.functions.values()) match(key, member);
      }
    }
  }
  return { promised, twins: findTwins(model, promised), unused: [...unused] };
}

function patternFits(pattern: string, owner: string, item: Function): boolean {
  const at = owner.indexOf("@");
  const bare = at < 0 ? owner : owner.slice(0, at);
  const names = [item.name];
  const bracket = item.name.indexOf("]");
  if (bracket >= 0) names.push(item.name.slice(bracket + 1), plainName(item));
  return names.some(
    (name) =>
      matchesGlob(pattern, `${owner}#${name}`) ||
      (at >= 0 && matchesGlob(pattern, `${bare}#${name}`)),
  );
}

/** Starts from the resources that have a function that waits, and follows backwards to everything that mentions one. */
function findTwins(
  model: Model,
  promised: ReadonlySet<Function>,
): ReadonlySet<TypeId> {
  const dependents: TypeId[][] = model.types.map(() => []);
  model.types.forEach((definition, id) => {
    eachMention(definition.kind, (mentioned) => {
      if (typeof mentioned === "number") dependents[mentioned]?.push(id);
    });
  });
  const waiting: TypeId[] = [];
  for (const item of allFunctions(model)) {
    const resource = resourceOf(item);
    if (resource === undefined) continue;
    if (!isConstructor(item) && !promised.has(item)) waiting.push(resource);
    for (const { type } of item.params)
      if (typeof type === "number") dependents[type]?.push(resource);
    if (typeof item.result === "number")
      dependents[item.result]?.push(resource);
  }
  const twins = new Set<TypeId>();
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (twins.has(id)) continue;
    twins.add(id);
    for (const dependent of dependents[id] ?? []) waiting.push(dependent);
  }
  return twins;
}

function resourceOf(item: Function): TypeId | undefined {
  const { kind } = item;
  if (typeof kind === "string") return undefined;
  if ("method" in kind) return kind.method;
  if ("async-method" in kind) return kind["async-method"];
  if ("static" in kind) return kind.static;
  if ("async-static" in kind) return kind["async-static"];
  return kind.constructor;
}
