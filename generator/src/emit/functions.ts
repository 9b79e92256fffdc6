import type { Function, Model, TypeId, WorldItem } from "../model/model.js";
import { functionForm } from "../model/queries.js";

/** The functions of an interface or of one side of a world, by where they stand. */
export interface FunctionGroups {
  /** Those that stand in no resource. */
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

/** Sorts functions by the resource they belong to. */
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

/** No functions, for a resource that has none. */
export function noFunctions(id: TypeId): ResourceFunctions {
  return { id, constructor: undefined, methods: [], statics: [] };
}

/** The name of a function without the prefix that tells its resource: `[method]file.read` is `read`. */
export function plainName(item: Function): string {
  if (typeof item.kind === "string") return item.name;
  const dot = item.name.indexOf(".");
  return dot < 0
    ? item.name.slice(item.name.indexOf("]") + 1)
    : item.name.slice(dot + 1);
}

/** The resource that a function belongs to, if it does. */
export function resourceOf(item: Function): TypeId | undefined {
  return functionForm(item.kind).resource;
}

/** Whether WIT says `async func`. */
export function isAsyncFunction(item: Function): boolean {
  return functionForm(item.kind).isAsync;
}

/** Whether a function is a method, whose first parameter is the instance. */
export function isMethod(item: Function): boolean {
  return functionForm(item.kind).form === "method";
}

/** Whether a function makes an instance of a resource. */
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

/** Calls back for every function that a model declares. */
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
