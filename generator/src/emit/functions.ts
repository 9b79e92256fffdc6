import type { Function, Model, TypeId, WorldItem } from "../model/model.js";
import { functionForm } from "../model/queries.js";

/** The functions of an interface or of one side of a world, grouped by resource. */
export interface FunctionGroups {
  /** The functions that belong to no resource. */
  readonly freestanding: readonly Function[];
  /** By the id of the resource. */
  readonly resources: ReadonlyMap<TypeId, ResourceFunctions>;
}

/** The functions of one resource. */
export interface ResourceFunctions {
  readonly id: TypeId;
  readonly constructor: Function | undefined;
  readonly methods: readonly Function[];
  readonly statics: readonly Function[];
}

interface ResourceBuilder {
  readonly id: TypeId;
  constructor: Function | undefined;
  readonly methods: Function[];
  readonly statics: Function[];
}

/** Groups functions by the resource they belong to. */
export function groupFunctions(
  functions: ReadonlyMap<string, Function> | readonly Function[],
): FunctionGroups {
  const freestanding: Function[] = [];
  const resources = new Map<TypeId, ResourceBuilder>();
  const builder = (id: TypeId): ResourceBuilder => {
    let found = resources.get(id);
    if (found === undefined)
      resources.set(
        id,
        (found = { id, constructor: undefined, methods: [], statics: [] }),
      );
    return found;
  };
  functions.forEach((item) => {
    const { form, resource } = functionForm(item.kind);
    if (resource === undefined) freestanding.push(item);
    else if (form === "method") builder(resource).methods.push(item);
    else if (form === "static") builder(resource).statics.push(item);
    else builder(resource).constructor = item;
  });
  return { freestanding, resources };
}

/** The empty group, for a resource without functions. */
export function noFunctions(id: TypeId): ResourceFunctions {
  return { id, constructor: undefined, methods: [], statics: [] };
}

/**
 * The name of a function without the prefix for its resource: `read` for `[method]file.read`. For a constructor, the name
 * of the resource.
 */
export function plainName(item: Function): string {
  if (typeof item.kind === "string") return item.name;
  const dot = item.name.indexOf(".");
  return dot < 0
    ? item.name.slice(item.name.indexOf("]") + 1)
    : item.name.slice(dot + 1);
}

/** The resource that a function belongs to; `undefined` if it belongs to none. */
export function resourceOf(item: Function): TypeId | undefined {
  return functionForm(item.kind).resource;
}

/** Whether a function is declared `async func` in WIT. */
export function isAsyncFunction(item: Function): boolean {
  return functionForm(item.kind).isAsync;
}

/** Whether a function is a method, whose first parameter is the instance. */
export function isMethod(item: Function): boolean {
  return functionForm(item.kind).form === "method";
}

/** Whether a function is the constructor of a resource. */
export function isConstructor(item: Function): boolean {
  return functionForm(item.kind).form === "constructor";
}

/** The functions among the items of one side of a world. */
export function worldFunctions(
  items: ReadonlyMap<string, WorldItem>,
): Function[] {
  const functions: Function[] = [];
  items.forEach((item) => {
    if ("function" in item) functions.push(item.function);
  });
  return functions;
}

/** Calls `visit` for every function in a model. */
export function eachFunction(
  model: Model,
  visit: (item: Function) => void,
): void {
  for (const { functions } of model.interfaces) functions.forEach(visit);
  for (const world of model.worlds) {
    worldFunctions(world.imports).forEach(visit);
    worldFunctions(world.exports).forEach(visit);
  }
}
