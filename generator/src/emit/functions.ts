import type { Function, Model, TypeId, WorldItem } from "../model/model.js";

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
    const { kind } = item;
    if (typeof kind === "string") freestanding.push(item);
    else if ("method" in kind) builder(kind.method).methods.push(item);
    else if ("async-method" in kind)
      builder(kind["async-method"]).methods.push(item);
    else if ("static" in kind) builder(kind.static).statics.push(item);
    else if ("async-static" in kind)
      builder(kind["async-static"]).statics.push(item);
    else builder(kind.constructor).constructor = item;
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
  const { kind } = item;
  if (typeof kind === "string") return undefined;
  if ("method" in kind) return kind.method;
  if ("async-method" in kind) return kind["async-method"];
  if ("static" in kind) return kind.static;
  if ("async-static" in kind) return kind["async-static"];
  return kind.constructor;
}

/** Whether WIT says `async func`. */
export function isAsyncFunction(item: Function): boolean {
  return typeof item.kind === "string"
    ? item.kind === "async-freestanding"
    : "async-method" in item.kind || "async-static" in item.kind;
}

/** Whether a function is a method, whose first parameter is the instance. */
export function isMethod(item: Function): boolean {
  return (
    typeof item.kind === "object" &&
    ("method" in item.kind || "async-method" in item.kind)
  );
}

/** Whether a function makes an instance of a resource. */
export function isConstructor(item: Function): boolean {
  return (
    typeof item.kind === "object" && Object.hasOwn(item.kind, "constructor")
  );
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
