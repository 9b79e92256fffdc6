import type {
  Function,
  Interface,
  InterfaceId,
  Model,
  TypeId,
  TypeReference,
} from "../model/model.js";
import {
  eachFunction,
  isAsyncFunction,
  isConstructor,
  isMethod,
  resourceOf,
  worldFunctions,
} from "./functions.js";
import { fullName, withoutVersion } from "./full-name.js";
import { matchesGlob } from "./glob.js";
import { eachMention, isFuture } from "./resolve-alias.js";

/** Which functions return promises in both contracts, and what differs between the two contracts. */
export interface AsyncAnalysis extends AsyncDifferences {
  /** The functions that are declared `async func` or match a pattern. */
  readonly promiseReturning: ReadonlySet<Function>;
  /** The patterns that match no function. */
  readonly unusedPatterns: readonly string[];
}

/**
 * What has a separate asynchronous form, its twin. Everything else is the same in both contracts: an interface that
 * contains only types, a resource without methods, functions that are all `async` in WIT.
 */
export interface AsyncDifferences {
  /** The resources with a method that differs, and all types that mention such a resource, directly or indirectly. */
  readonly types: ReadonlySet<TypeId>;
  /** The resources whose class differs: a method, a static function or the constructor differs. */
  readonly classes: ReadonlySet<TypeId>;
  /** The interfaces whose contract differs. */
  readonly contracts: ReadonlySet<InterfaceId>;
  /** Whether a function has a different signature in the asynchronous contract. */
  differs(item: Function): boolean;
}

/**
 * Determines which functions return promises, and what differs between the contracts.
 *
 * @param patterns - globs for functions, such as `ns:pkg/interface#function`, with or without the version of the package.
 *   Before `#` may also be the name of a world, or the label of an inline interface. A function of a resource is
 *   `resource.function`, or `[method]resource.function` as in the model.
 * @param thrown - the interfaces in jco's conventions, which have no asynchronous form.
 */
export function analyzeAsync(
  model: Model,
  patterns: readonly string[],
  thrown: ReadonlyMap<InterfaceId, unknown>,
): AsyncAnalysis {
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
    owner.functions.forEach((item) => {
      match(name, item);
    });
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
  return {
    promiseReturning: promised,
    ...findDifferences(model, promised, thrown),
    unusedPatterns: [...unused],
  };
}

function patternFits(pattern: string, owner: string, item: Function): boolean {
  const bare = withoutVersion(owner);
  const names = [item.name];
  const bracket = item.name.indexOf("]");
  if (bracket >= 0) names.push(item.name.slice(bracket + 1));
  return names.some(
    (name) =>
      matchesGlob(pattern, `${owner}#${name}`) ||
      (bare !== owner && matchesGlob(pattern, `${bare}#${name}`)),
  );
}

/** Starts from resources with a method that waits, and follows references backwards to all types that depend on one. */
function findDifferences(
  model: Model,
  promised: ReadonlySet<Function>,
  thrown: ReadonlyMap<InterfaceId, unknown>,
): AsyncDifferences {
  const single = new Set(promised);
  for (const id of thrown.keys())
    for (const item of model.interfaces[id]?.functions.values() ?? [])
      single.add(item);
  const dependents: TypeId[][] = model.types.map(() => []);
  model.types.forEach((definition, id) => {
    eachMention(definition.kind, (mentioned) => {
      if (typeof mentioned === "number") dependents[mentioned]?.push(id);
    });
  });
  const waits = (item: Function): boolean =>
    !isConstructor(item) && !single.has(item) && !isFuture(model, item.result);
  const waiting: TypeId[] = [];
  eachFunction(model, (item) => {
    const resource = resourceOf(item);
    if (resource === undefined || !isMethod(item)) return;
    if (waits(item)) waiting.push(resource);
    for (const type of mentionedBy(item))
      if (typeof type === "number") dependents[type]?.push(resource);
  });
  const types = new Set<TypeId>();
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (types.has(id)) continue;
    types.add(id);
    for (const dependent of dependents[id] ?? []) waiting.push(dependent);
  }
  const differs = (item: Function): boolean =>
    waits(item) ||
    mentionedBy(item).some(
      (type) => typeof type === "number" && types.has(type),
    );
  const classes = new Set<TypeId>();
  eachFunction(model, (item) => {
    const resource = resourceOf(item);
    if (resource !== undefined && differs(item)) classes.add(resource);
  });
  const contracts = new Set<InterfaceId>();
  model.interfaces.forEach((item, id) => {
    if (contractDiffers(item, differs, classes)) contracts.add(id);
  });
  return { types, classes, contracts, differs };
}

function contractDiffers(
  { functions, types }: Interface,
  differs: (item: Function) => boolean,
  classes: ReadonlySet<TypeId>,
): boolean {
  for (const item of functions.values()) if (differs(item)) return true;
  for (const id of types.values()) if (classes.has(id)) return true;
  return false;
}

/** The types of a function's parameters and of its result. */
function mentionedBy({ params, result }: Function): TypeReference[] {
  const types = params.map(({ type }) => type);
  if (result !== undefined) types.push(result);
  return types;
}
