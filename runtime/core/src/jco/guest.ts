import type { Contracts } from "../contracts.js";
import type { WorldDescriptor } from "../descriptor.js";
import { ComponentInstance } from "./component-instance.js";
import type { ExportOptions } from "./exports.js";
import {
  importFunction,
  type AdapterOptions,
  type JcoImports,
} from "./imports.js";
import {
  adaptExport,
  type AsyncWorldExports,
  type WorldExports,
} from "./instantiate.js";
import { jcoKey } from "./name.js";

type SyncImports<C extends Contracts> = C extends { readonly imports: infer I }
  ? I
  : unknown;
type AsyncImports<C extends Contracts> = C extends {
  readonly asyncImports: infer I;
}
  ? I
  : unknown;

/**
 * Converts the functions and classes that a world imports directly, rather than through an interface, into the
 * contract of the world. For guests.
 *
 * Functions return a `Result` where componentize-js throws. For the interfaces that the world imports, use
 * `fromJcoExports`.
 *
 * @param world - the generated descriptor of the world.
 * @param imported - the guest's imports, keyed as in the imports of the world: the default exports of the modules
 * named after the functions, and the classes that the module `$root` exports.
 * @param options - whether the functions return promises.
 * @returns the members of the world's contract under these keys.
 * @throws TypeError - if an import is not a function or class.
 */
export function fromGuestImports<
  C extends Contracts,
  K extends keyof AsyncImports<C>,
>(
  world: WorldDescriptor<C>,
  imported: Readonly<Record<K, unknown>>,
  options: ExportOptions & { readonly async: true },
): Pick<AsyncImports<C>, K>;
export function fromGuestImports<
  C extends Contracts,
  K extends keyof SyncImports<C>,
>(
  world: WorldDescriptor<C>,
  imported: Readonly<Record<K, unknown>>,
  options?: ExportOptions & { readonly async?: false },
): Pick<SyncImports<C>, K>;
export function fromGuestImports(
  world: WorldDescriptor,
  imported: Readonly<Record<string, unknown>>,
  options: ExportOptions = {},
): unknown {
  const instance = options.instance ?? new ComponentInstance();
  const contract: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(world.imports)) {
    if (item.kind === "interface" || !Object.hasOwn(imported, key)) continue;
    const given = imported[key];
    if (typeof given !== "function") {
      throw new TypeError(
        `the import \`${key}\` of ${world.name} is not a function`,
      );
    }
    contract[key] = adaptExport(
      world,
      key,
      item,
      {},
      given,
      instance,
      options.async ?? false,
    );
  }
  return contract;
}

/**
 * Converts the implementation of the functions that a world exports directly, rather than through an interface, into
 * the exports of the guest's module. For guests.
 *
 * @param world - the generated descriptor of the world.
 * @param implementation - the functions, keyed as in the exports of the world.
 * @param options - the component instance, if there are several adapters for it.
 * @returns the functions that the guest's module must export.
 * @throws TypeError - if a function is missing.
 */
export function toGuestExports<C extends Contracts>(
  world: WorldDescriptor<C>,
  implementation: Partial<WorldExports<C>> | Partial<AsyncWorldExports<C>>,
  options: AdapterOptions = {},
): JcoImports {
  const instance = options.instance ?? new ComponentInstance();
  const target = implementation as Readonly<
    Record<string, (...args: unknown[]) => unknown>
  >;
  const exports: Record<string, (...args: unknown[]) => unknown> = {};
  for (const [key, item] of Object.entries(world.exports)) {
    if (item.kind !== "function") continue;
    if (typeof target[key] !== "function") {
      throw new TypeError(
        `the implementation of ${world.name} lacks \`${key}\``,
      );
    }
    exports[jcoKey(key)] = importFunction(
      world,
      item.function,
      `${world.name}#${item.function.name}`,
      (args) => target[key]?.(...args),
      instance,
    );
  }
  return exports;
}
