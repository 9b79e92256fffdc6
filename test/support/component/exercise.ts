// Calls every function of a component that exports what it imports, with random values, errors and exceptions, and
// checks that each side receives what the other has passed.
import type {
  FunctionDescriptor,
  InterfaceDescriptor,
  WorldDescriptor,
} from "@wit2ts/runtime";
import { createRequire } from "node:module";
import { isDeepStrictEqual } from "node:util";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import type {
  ResolvedResource,
  TypeScope,
} from "../../../runtime/core/src/resolve-type.js";
import { Random } from "../random.js";
import type { Mode } from "./build.js";
import {
  Host,
  newInstance,
  type ClassWithId,
  type HasId,
  type Members,
} from "./host.js";
import { randomValue, type MakeResource } from "./random-values.js";

type Call = (...args: unknown[]) => unknown;
/** The number of calls of each function, in addition to the call that throws. */
const rounds = 6;
const patience = 10_000;

/** A component that `wit2ts transpile` has transpiled. */
export interface Transpiled {
  readonly world: WorldDescriptor;
  instantiate(options: {
    readonly imports?: Members;
    readonly wasi?: Members;
  }): Promise<Members>;
}

const nativeImport = createRequire(import.meta.url)("./native-import.cjs") as (
  url: string,
) => Promise<unknown>;

/** Loads the output directory of `wit2ts transpile`. */
export async function loadTranspiled(directory: string): Promise<Transpiled> {
  const load = async (path: string): Promise<Members> =>
    (await nativeImport(pathToFileURL(join(directory, path)).href)) as Members;
  const { Root } = await load("bindings/root/component/root.js");
  const { instantiate } = await load("index.js");
  return { world: Root, instantiate } as Transpiled;
}

/** The result of {@link exercise}. */
export interface Exercised {
  /** The number of successful calls. */
  readonly calls: number;
  /** A description of each failed call, in one line. */
  readonly problems: readonly string[];
}

/** Calls every function of a transpiled component. */
export async function exercise(
  { world, instantiate }: Transpiled,
  seed: number,
  mode: Mode,
): Promise<Exercised> {
  const random = new Random(seed);
  const problems: string[] = [];
  let calls = 0;
  const host = new Host(world, random, mode === "jspi");
  let exports = await instantiate({ imports: host.imports });
  for (const subject of subjects(world)) {
    for (let round = 0; round <= rounds; round++) {
      const throws = round === rounds;
      const problem = await callOnce(
        new Exchange(world, host, exports, subject),
        random,
        throws,
      ).catch((error: unknown) => `failed: ${String(error)}`);
      if (problem === undefined) calls++;
      else problems.push(`${subject.name}: ${problem}`);
      // An exception of the host may end a suspended component. Any other component must remain usable.
      const mayBeDead =
        throws && (mode === "jspi" || subject.imported.one.async === true);
      if (mayBeDead || problem !== undefined)
        exports = await instantiate({ imports: host.imports });
    }
  }
  return { calls, problems };
}

/** A function that the world imports and exports. */
interface Subject {
  /** The name by which the host identifies it. */
  readonly name: string;
  /** The key in the world's exports: of its interface, or of the function itself. */
  readonly key: string;
  readonly imported: Side;
  readonly exported: Side;
  readonly find: (exports: Members) => Call;
}

/** One side of a function. */
interface Side {
  readonly scope: TypeScope;
  readonly one: FunctionDescriptor;
}

function subjects(world: WorldDescriptor): Subject[] {
  const list: Subject[] = [];
  for (const [key, item] of Object.entries(world.exports)) {
    const source = world.imports[key];
    if (item.kind === "function" && source?.kind === "function")
      list.push({
        name: key,
        key,
        imported: { scope: world, one: source.function },
        exported: { scope: world, one: item.function },
        find: (exports) => exports[key] as Call,
      });
    if (item.kind !== "interface" || source?.kind !== "interface") continue;
    const functions = functionsOf(key, source);
    for (const { name, one, find } of functionsOf(key, item)) {
      const from = functions.find((other) => other.name === name);
      if (from === undefined) throw new Error(`${name} is not imported`);
      list.push({
        name,
        key,
        imported: { scope: source, one: from.one },
        exported: { scope: item, one },
        find: (exports) => find(exports[key] as Members),
      });
    }
  }
  return list;
}

interface Member {
  readonly name: string;
  readonly one: FunctionDescriptor;
  readonly find: (contract: Members) => Call;
}

/** The functions of an interface, except constructors and `id`. */
function functionsOf(key: string, item: InterfaceDescriptor): Member[] {
  const list: Member[] = Object.entries(item.functions).map(
    ([property, one]) => ({
      name: `${key}#${property}`,
      one,
      find: (contract) => contract[property] as Call,
    }),
  );
  for (const definition of Object.values(item.types)) {
    if (definition.kind !== "resource") continue;
    const { key: resource, statics, methods } = definition;
    const member = (property: string): string =>
      `${key}#${resource}.${property}`;
    for (const [property, one] of Object.entries(statics))
      list.push({
        name: member(property),
        one,
        find: (contract) => {
          const Class = contract[resource] as Members;
          return (...args) => (Class[property] as Call)(...args);
        },
      });
    for (const [property, one] of Object.entries(methods)) {
      if (property === "id") continue;
      list.push({
        name: member(property),
        one,
        find: (contract) => {
          const made = newInstance(contract[resource] as ClassWithId, 7);
          return (...args) =>
            ((made as unknown as Members)[property] as Call)(...args);
        },
      });
    }
  }
  return list;
}

/** Both ends of one call. */
class Exchange {
  readonly subject: Subject;
  readonly host: Host;
  readonly exports: Members;
  readonly #world: WorldDescriptor;

  constructor(
    world: WorldDescriptor,
    host: Host,
    exports: Members,
    subject: Subject,
  ) {
    this.#world = world;
    this.host = host;
    this.exports = exports;
    this.subject = subject;
  }

  /** Random values for the parameters, with the classes that the caller uses. */
  given(random: Random): unknown[] {
    const { exported, key } = this.subject;
    const make: MakeResource = (resource) =>
      newInstance(
        this.#exportedClass(key, resource) ??
          this.host.classOf(key, resource, exported.scope),
        random.below(1000),
      );
    return exported.one.parameters.map(({ type }) =>
      randomValue(random, exported.scope, type, make),
    );
  }

  /** A random value for the result, with the host's classes. */
  result(random: Random): unknown {
    const { imported, key } = this.subject;
    const { result } = imported.one;
    const make: MakeResource = (resource) => {
      const Class = this.host.classOf(key, resource, imported.scope);
      return newInstance(Class, random.below(1000));
    };
    return result && randomValue(random, imported.scope, result, make);
  }

  /** The class of a resource that the component exports. World-level functions only refer to imported resources. */
  #exportedClass(
    key: string,
    { scope, resource }: ResolvedResource,
  ): ClassWithId | undefined {
    const owns = (other: string): boolean => {
      const item = this.#world.exports[other];
      return item?.kind === "interface" && item.types === scope.types;
    };
    if (this.#world.exports[key]?.kind !== "interface") return undefined;
    const owner = owns(key) ? key : Object.keys(this.#world.exports).find(owns);
    if (owner === undefined) return undefined;
    return (this.exports[owner] as Members)[resource.key] as ClassWithId;
  }
}

/** Makes one call, and returns a description of the problem if it fails. */
async function callOnce(
  exchange: Exchange,
  random: Random,
  throws: boolean,
): Promise<string | undefined> {
  const { subject, host, exports } = exchange;
  const { name } = subject;
  const args = exchange.given(random);
  // Read the ids now: a resource cannot be called after its ownership has been transferred.
  const given = await plain(args);
  const result = exchange.result(random);
  const returned = await plain(result);
  const exception = new RangeError(`thrown in ${name}`);
  let seen: unknown;
  let calls = 0;
  host.answer = (called, received) => {
    if (called !== name) throw new Error(`${called} was called`);
    calls++;
    seen = plain(received);
    if (throws) throw exception;
    return result;
  };
  const call = subject.find(exports);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => {
      resolve("late");
    }, patience);
  });
  let outcome: unknown;
  try {
    outcome = await Promise.race([(async () => await call(...args))(), late]);
  } catch (error) {
    if (throws && error === exception) return undefined;
    return `threw ${String(error)}`;
  } finally {
    clearTimeout(timer);
  }
  if (outcome === "late") return "hangs";
  if (throws) return "returned, although the host threw";
  if (calls !== 1) return `called the host ${calls} times`;
  const received = await seen;
  if (!isDeepStrictEqual(received, given))
    return `sent ${show(given)}, host got ${show(received)}`;
  const got = await plain(outcome);
  if (!isDeepStrictEqual(got, returned))
    return `host returned ${show(returned)}, got ${show(got)}`;
  return undefined;
}

/** A copy of a value in which resources are replaced by their ids. */
async function plain(value: unknown): Promise<unknown> {
  if (value === null || typeof value !== "object") return value;
  // A copy, because borrowed memory may change.
  if (ArrayBuffer.isView(value)) return structuredClone(value);
  if (Array.isArray(value)) return await Promise.all(value.map(plain));
  if (value instanceof Map)
    return new Map(
      await Promise.all(
        [...(value as Map<unknown, unknown>)].map(
          async ([key, one]) => [key, await plain(one)] as const,
        ),
      ),
    );
  if ("id" in value && typeof value.id === "function")
    return { resource: await (value as HasId).id() };
  return Object.fromEntries(
    await Promise.all(
      Object.entries(value).map(
        async ([key, one]) => [key, await plain(one)] as const,
      ),
    ),
  );
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    typeof one === "bigint"
      ? `${one}n`
      : Object.is(one, -0)
        ? "-0"
        : one instanceof Map
          ? [...(one as Map<unknown, unknown>)]
          : one,
  ).slice(0, 300);
}
