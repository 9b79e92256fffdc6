import type { Contracts } from "../contracts.js";
import type {
  InterfaceDescriptor,
  ResourceDescriptor,
  WorldDescriptor,
  WorldItemDescriptor,
} from "../descriptor.js";
import { resolveResource } from "../resolve-type.js";
import { ComponentInstance } from "./component-instance.js";
import { cannotSuspend, type DirectOptions } from "./direct.js";
import { adaptExports, exportFunction, exportResource } from "./exports.js";
import { adaptImports, importFunction, importResource } from "./imports.js";
import { camelCase, jcoKey, withoutVersion } from "./name.js";

/** The function `instantiate` of a module that jco wrote in its instantiation mode. */
// The parameter types in jco's output differ between components. A method's parameters are compared bivariantly, but
// that is not enough: jco declares the imports as an interface, which is assignable only to an index signature of
// `any`, and parameters of callbacks are compared strictly.
/* eslint-disable @typescript-eslint/no-explicit-any */
export type JcoInstantiate = {
  instantiate(
    getCoreModule: ((path: string) => unknown) | undefined,
    imports: Readonly<Record<string, any>>,
    instantiateCore?: any,
  ): unknown;
}["instantiate"];
/* eslint-enable @typescript-eslint/no-explicit-any */

/** Options of {@link instantiate}. */
export interface InstantiateOptions {
  /** Compiles a core module of the component. Default: jco loads core modules from beside its own module. */
  readonly getCoreModule?: (path: string) => unknown;
  /** Instantiates a core module. Default: `WebAssembly.instantiate`. */
  readonly instantiateCore?: (module: never, imports: never) => unknown;
  /**
   * Imports that are not in the world, such as WASI imports that a toolchain adds, by the names of their interfaces. They
   * are passed to jco unchanged, and follow jco's conventions: functions throw their errors. The instances of their
   * resources pass unchanged through all other imports and exports, too.
   */
  readonly extraImports?: Readonly<Record<string, unknown>>;
  /** The state that the adapters share. Default: a new one. */
  readonly instance?: ComponentInstance;
  /**
   * Whether the component was transpiled with JSPI, so that its exports have the asynchronous contracts. Default:
   * `false`.
   */
  readonly async?: boolean;
  /**
   * Keys of imports that receive lists of numbers as views of the component's memory instead of copies, if the
   * component was transpiled with `--import-bindings hybrid`. Their implementations may read a view until they have
   * answered, and must not keep it.
   */
  readonly borrow?: readonly string[];
}

/**
 * The imports that a component of the world requires: for each interface, an implementation of its synchronous or
 * asynchronous contract.
 */
export type WorldImports<C extends Contracts> = C extends {
  readonly imports: infer I;
}
  ? C extends {
      readonly asyncImports: infer A extends Record<keyof I, unknown>;
    }
    ? { readonly [K in keyof I]: I[K] | A[K] }
    : I
  : unknown;

/** The exports of a component of the world, as synchronous contracts. */
export type WorldExports<C extends Contracts> = C extends {
  readonly exports: infer E;
}
  ? E
  : unknown;

/** The exports of a component of the world, as asynchronous contracts. */
export type AsyncWorldExports<C extends Contracts> = C extends {
  readonly asyncExports: infer E;
}
  ? E
  : unknown;

/**
 * Instantiates a component that jco transpiled in its instantiation mode. Imports and exports have the contracts of
 * the world.
 *
 * Imports are passed to jco under their full names, and also under their names without version. jco asks for the
 * latter unless it was given an identity map.
 *
 * @param world - the generated descriptor of the world.
 * @param component - the module that jco wrote, or its function `instantiate`.
 * @param imports - an implementation for each import, keyed by its full name.
 * @param options - where the core modules come from, and whether the component was transpiled with JSPI.
 * @returns a promise of the exports, in the contracts of the world.
 * @throws TypeError - if an import is missing or lacks a function, if the component does not export what the world
 * declares, or if the component was transpiled with JSPI and the engine does not support it.
 * @throws Error - if the component asks for an interface without its version, and the world has two versions of it.
 */
export function instantiate<C extends Contracts>(
  world: WorldDescriptor<C>,
  component: JcoInstantiate | { readonly instantiate: JcoInstantiate },
  imports: WorldImports<C>,
  options: InstantiateOptions & { readonly async: true },
): Promise<AsyncWorldExports<C>>;
export function instantiate<C extends Contracts>(
  world: WorldDescriptor<C>,
  component: JcoInstantiate | { readonly instantiate: JcoInstantiate },
  imports: WorldImports<C>,
  options?: InstantiateOptions & { readonly async?: false },
): Promise<WorldExports<C>>;
export async function instantiate(
  world: WorldDescriptor,
  component: JcoInstantiate | { readonly instantiate: JcoInstantiate },
  imports: unknown,
  options: InstantiateOptions = {},
): Promise<unknown> {
  const instance = options.instance ?? new ComponentInstance();
  const start =
    typeof component === "function" ? component : component.instantiate;
  const given = jcoImports(
    world,
    (imports ?? {}) as Members,
    instance,
    options,
  );
  let made: Members;
  try {
    made = (await start(
      options.getCoreModule,
      given,
      options.instantiateCore,
    )) as Members;
  } catch (error) {
    throw explained(error, options.async ?? false);
  }
  return worldExports(world, made, instance, options.async ?? false);
}

/**
 * Replaces the error that jco's module throws on an engine without JSPI, which only says that something is not a
 * constructor, with one that says what to do.
 */
function explained(error: unknown, async: boolean): unknown {
  return error instanceof TypeError &&
    /WebAssembly\.(Suspending|promising) is not a/.test(error.message)
    ? new TypeError(async ? cannotSuspend : cannotWait, { cause: error })
    : error;
}

/** The message for an engine without JSPI and a component that was transpiled for blocking calls. */
const cannotWait =
  "this engine cannot suspend WebAssembly (JSPI), which the component needs for functions that wait by their type (`async func`, streams, futures) or that it was transpiled to suspend: use Node 24.20 or later";

type Members = Readonly<Record<string, unknown>>;

/** Creates the imports object for jco. */
function jcoImports(
  world: WorldDescriptor,
  imports: Members,
  instance: ComponentInstance,
  { extraImports, async = false, borrow = [] }: InstantiateOptions,
): Members {
  requireImports(world, imports);
  // The world adapts what it imports itself. An interface may be extra in one version and imported in another.
  instance.passResources(
    Object.keys(extraImports ?? {}),
    Object.keys(world.imports).map(jcoKey),
  );
  const given: Record<string, unknown> = { ...extraImports };
  const bare = new Map<string, string[]>();
  for (const [key, item] of Object.entries(world.imports)) {
    const adapted = adaptImport(
      world,
      key,
      item,
      imports[key],
      imports,
      instance,
      { async, borrow: borrow.includes(key) },
    );
    if (item.kind === "interface") {
      given[jcoKey(key)] = adapted;
      const name = withoutVersion(jcoKey(key));
      bare.set(name, [...(bare.get(name) ?? []), key]);
    } else {
      const name = item.kind === "function" ? item.function.name : item.name;
      given[name] = { default: adapted };
    }
  }
  for (const [name, [key, ...others]] of bare) {
    // The name without version may be that of an import itself, or of an extra one.
    if (key === undefined || given[name] !== undefined) continue;
    if (others.length === 0) {
      given[name] = given[key];
      continue;
    }
    Object.defineProperty(given, name, {
      enumerable: false,
      get: () => {
        throw new Error(
          `the component asks for ${name}, but the world ${world.name} imports ${[key, ...others].join(" and ")}: transpile it with the identity map that keeps versions, such as --map '${key}=${key}'`,
        );
      },
    });
  }
  return given;
}

/** @throws TypeError - if imports are missing. The message names them and the unknown imports that were passed. */
function requireImports(world: WorldDescriptor, imports: Members): void {
  const missing = Object.keys(world.imports).filter(
    (key) => imports[key] === undefined,
  );
  if (missing.length === 0) return;
  const unknown = Object.keys(imports).filter(
    (key) => !Object.hasOwn(world.imports, key),
  );
  throw new TypeError(
    `the world ${world.name} imports ${list(missing)}, which ${missing.length === 1 ? "is" : "are"} missing${unknown.length === 0 ? "" : `; it does not import ${list(unknown)}, which ${unknown.length === 1 ? "was" : "were"} passed`}`,
  );
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

function adaptImport(
  world: WorldDescriptor,
  key: string,
  item: WorldItemDescriptor,
  implementation: unknown,
  imports: Members,
  instance: ComponentInstance,
  direct: DirectOptions,
): unknown {
  switch (item.kind) {
    case "interface":
      return adaptImports(asNamed(key, item), implementation, instance, direct);
    case "function": {
      if (typeof implementation !== "function") {
        throw new TypeError(
          `the import \`${key}\` of ${world.name} is not a function`,
        );
      }
      return importFunction(
        world,
        item.function,
        `${world.name}#${item.function.name}`,
        (args) => Reflect.apply(implementation, imports, args) as unknown,
        instance,
        direct,
      );
    }
    case "resource":
      return importResource(
        world,
        item.name,
        resourceOf(world, item.name),
        implementation,
        instance,
      );
  }
}

/**
 * Returns the descriptor of an interface under its name in the world. Under a label, its resources are distinct from
 * those of the same interface elsewhere.
 */
function asNamed(key: string, item: InterfaceDescriptor): InterfaceDescriptor {
  const name = jcoKey(key);
  return item.name === name ? item : { ...item, name };
}

function resourceOf(world: WorldDescriptor, name: string): ResourceDescriptor {
  return resolveResource(world, name).resource;
}

/** Converts jco's exports to the contracts of the world. */
function worldExports(
  world: WorldDescriptor,
  made: Members,
  instance: ComponentInstance,
  async: boolean,
): Members {
  const exports: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(world.exports)) {
    // jco exports interfaces under their full names, and everything with a plain name in camel case.
    const name = jcoKey(key);
    const exported =
      item.kind === "interface"
        ? (made[name] ?? made[camelCase(name)])
        : made[name];
    if (exported === undefined || exported === null) {
      throw new TypeError(
        `the component does not export \`${key}\` of ${world.name}`,
      );
    }
    exports[key] = adaptExport(
      world,
      key,
      item,
      made,
      exported,
      instance,
      async,
    );
  }
  return exports;
}

/** Converts one export of jco to the contract of the world. */
export function adaptExport(
  world: WorldDescriptor,
  key: string,
  item: WorldItemDescriptor,
  made: Members,
  exported: object,
  instance: ComponentInstance,
  async: boolean,
): unknown {
  switch (item.kind) {
    case "interface":
      return adaptExports(
        asNamed(key, item),
        exported as Members,
        instance,
        async,
      );
    case "function":
      return exportFunction(
        world,
        item.function,
        `${world.name}#${item.function.name}`,
        (args) =>
          Reflect.apply(exported as () => unknown, made, args) as unknown,
        instance,
        async,
      );
    case "resource":
      return exportResource(
        world,
        item.name,
        resourceOf(world, item.name),
        exported,
        instance,
        async,
      );
  }
}
