import type { Contracts } from "../contracts.js";
import type {
  FunctionDescriptor,
  InterfaceDescriptor,
  ResourceDescriptor,
  TypeDescriptor,
} from "../descriptor.js";
import {
  returnsFuture,
  thrownResult,
  type TypeScope,
} from "../resolve-type.js";
import {
  ComponentInstance,
  identityOf,
  isThenable,
  type ResourceIdentity,
  type Turn,
} from "./component-instance.js";
import {
  compileConvert,
  type Convert,
  type ConvertHandle,
} from "../convert-resources.js";
import { isError, toCallerException } from "./exception.js";
import { ExportedResource } from "./exported-resource.js";
import type { HostResource, JcoClass } from "./imported-resource.js";
import type { AdapterOptions } from "./imports.js";
import { jcoKey } from "./name.js";

/** Options of {@link fromJcoExports}. */
export interface ExportOptions extends AdapterOptions {
  /**
   * Whether to return the asynchronous contract, in which every function returns a promise, including those that jco
   * does not suspend. Required for components transpiled with JSPI. Default: `false`.
   */
  readonly async?: boolean;
}

/** The synchronous contract of an interface. */
export type SyncContract<C extends Contracts> = C extends {
  readonly sync: infer S;
}
  ? S
  : unknown;

/** The asynchronous contract of an interface. */
export type AsyncContract<C extends Contracts> = C extends {
  readonly async: infer A;
}
  ? A
  : unknown;

/**
 * Converts an interface that a jco component exports into its contract. Functions return a `Result` where jco throws,
 * and resources are instances of classes that this function creates.
 *
 * Exceptions stay exceptions. One that the implementation of an import threw is rethrown, or rejected with,
 * unchanged. A trap of the component is the engine's `WebAssembly.RuntimeError`. With JSPI, calls on one instance
 * wait for each other, because jco runs one at a time.
 *
 * @param descriptor - the generated descriptor of the interface.
 * @param exports - the interface among the exports of a component instance.
 * @param options - whether the component was transpiled with JSPI, and the component instance, for a component with
 * several interfaces.
 * @returns the contract. Its functions can be called while the instance is alive.
 * @throws TypeError - if the exports of the component lack a function of the interface.
 */
export function fromJcoExports<C extends Contracts>(
  descriptor: InterfaceDescriptor<C>,
  exports: object,
  options: ExportOptions & { readonly async: true },
): AsyncContract<C>;
export function fromJcoExports<C extends Contracts>(
  descriptor: InterfaceDescriptor<C>,
  exports: object,
  options?: ExportOptions & { readonly async?: false },
): SyncContract<C>;
export function fromJcoExports(
  descriptor: InterfaceDescriptor,
  exports: object,
  options: ExportOptions = {},
): unknown {
  return adaptExports(
    descriptor,
    exports as Members,
    options.instance ?? new ComponentInstance(),
    options.async ?? false,
  );
}

type Members = Readonly<Record<string, unknown>>;

/** {@link fromJcoExports} for a contract that is not known at compile time. */
export function adaptExports(
  descriptor: InterfaceDescriptor,
  exports: Members,
  instance: ComponentInstance,
  async: boolean,
): Record<string, unknown> {
  const contract: Record<string, unknown> = {};
  for (const [name, definition] of Object.entries(descriptor.types)) {
    if (definition.kind !== "resource") continue;
    contract[definition.key] = exportResource(
      descriptor,
      name,
      definition,
      exports[definition.key],
      instance,
      async,
    );
  }
  for (const [key, one] of Object.entries(descriptor.functions)) {
    contract[key] = exportFunction(
      descriptor,
      one,
      `${descriptor.name}#${one.name}`,
      caller(exports, key, descriptor.name),
      instance,
      async,
    );
  }
  return contract;
}

type Call = (args: unknown[], self: unknown) => unknown;

/**
 * Returns a function that calls a member of jco's exports.
 *
 * @param key - the property of the contract.
 */
function caller(target: Members, key: string, name: string): Call {
  const member = target[jcoKey(key)];
  if (typeof member !== "function") {
    throw new TypeError(`the component does not export \`${key}\` of ${name}`);
  }
  return (args) => Reflect.apply(member, target, args) as unknown;
}

/** Creates the class of a resource that the component exports. */
export function exportResource(
  scope: TypeScope,
  name: string,
  resource: ResourceDescriptor,
  Class: unknown,
  instance: ComponentInstance,
  async: boolean,
): object {
  const { key, create, factory } = resource;
  const described = `${scope.name}#${name}`;
  const adapt = (one: FunctionDescriptor, call: Call, turn: Turn = "in-turn") =>
    exportFunction(
      scope,
      one,
      `${described}.${one.name}`,
      call,
      instance,
      async && turn !== "at-once",
      turn,
    );
  // jco omits a class without functions from the exports.
  const target = (Class ?? {}) as Members;
  const construct: Call = (args) => new (Class as JcoClass)(...args);

  const statics = mapValues(resource.statics, (one, property) =>
    adapt(one, caller(target, property, described)),
  );
  if (create !== undefined && factory !== undefined) {
    statics[factory] = adapt(create, construct, "at-once");
  }
  // Constructors must start at once: jco has none that can be suspended.
  let newInstance = (..._args: unknown[]): object => {
    throw new TypeError(`the resource \`${key}\` has no constructor`);
  };
  if (create !== undefined && factory === undefined) {
    if (typeof Class !== "function") {
      throw new TypeError(
        `the component does not export \`${key}\` of ${scope.name}`,
      );
    }
    const { result: _, ...made } = create;
    newInstance = adapt(made, construct, "at-once") as (
      ...args: unknown[]
    ) => object;
  }
  const exported = instance.addExportedResource(
    { home: scope, resource },
    () =>
      new ExportedResource(resource, {
        construct: (args) => newInstance(...args),
        methods: mapValues(resource.methods, (one, property) =>
          adapt(one, (args, self) =>
            caller(self as Members, property, described)(args, self),
          ),
        ),
        statics,
        dispose: (self) => {
          const disposed = instance.call(
            `${described}.drop`,
            () => (self as Partial<Disposable>)[Symbol.dispose]?.(),
            (value) => value,
            (exception) => {
              throw toCallerException(`${described}.drop`, exception) as Error;
            },
            "whenever",
            async,
          );
          // A drop that is queued behind a suspended call cannot be awaited, so its rejection is ignored.
          if (isThenable(disposed)) disposed.then(undefined, () => {});
        },
      }),
  );
  return exported.Class;
}

function mapValues<T, U>(
  record: Readonly<Record<string, T>>,
  change: (value: T, key: string) => U,
): Record<string, U> {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, change(value, key)]),
  );
}

/** Creates the function that the user of a component calls. */
export function exportFunction(
  scope: TypeScope,
  one: FunctionDescriptor,
  name: string,
  call: Call,
  instance: ComponentInstance,
  async: boolean,
  turn: Turn = "in-turn",
): (...args: unknown[]) => unknown {
  const parameters = one.parameters.map(({ type }) =>
    compileConvert(scope, type, toJco(scope, instance), "to-jco"),
  );
  const convertsParameters = parameters.some(Boolean);
  const finish = finishing(scope, one, instance);
  const fail = failing(scope, one, name, instance);
  const concurrent = one.async === true;

  function enter(
    invoke: () => unknown,
    ended: (value: unknown) => unknown = finish,
  ): unknown {
    return instance.call(
      name,
      invoke,
      ended,
      fail,
      concurrent ? "beside" : turn,
      async,
    );
  }

  function convert(args: unknown[]): void {
    if (!convertsParameters) return;
    for (const [index, parameter] of parameters.entries()) {
      if (parameter) args[index] = parameter(args[index]);
    }
  }

  function run(self: unknown, args: unknown[]): unknown {
    convert(args);
    return enter(() => call(args, self));
  }

  if (returnsFuture(scope, one)) {
    // Box the future, so that `instance.call` does not mistake it for the promise of a suspended call.
    const box = (args: unknown[], self: unknown) => ({
      future: call(args, self),
    });
    return function (this: unknown, ...args: unknown[]): unknown {
      convert(args);
      return enter(
        () => box(args, this),
        (made) => finish((made as ReturnType<typeof box>).future),
      );
    };
  }
  if (async || concurrent) {
    return async function (
      this: unknown,
      ...args: unknown[]
    ): Promise<unknown> {
      return run(this, args);
    };
  }
  return function (this: unknown, ...args: unknown[]): unknown {
    const returned = run(this, args);
    if (!isThenable(returned)) return returned;
    returned.then(undefined, () => {});
    throw new TypeError(
      `\`${name}\` returned a promise: the component was transpiled with JSPI, so its exports have the asynchronous contract; pass the option \`async: true\``,
    );
  };
}

function toJco(scope: TypeScope, instance: ComponentInstance): ConvertHandle {
  return (resource) => {
    const behind = representationOf(
      identityOf(scope, resource),
      scope,
      instance,
    );
    return (value) => {
      const stands = behind();
      return stands instanceof ExportedResource
        ? stands.unwrap(value)
        : stands.wrap(value);
    };
  };
}

function fromJco(scope: TypeScope, instance: ComponentInstance): ConvertHandle {
  return (resource) => {
    const behind = representationOf(
      identityOf(scope, resource),
      scope,
      instance,
    );
    return (value) => {
      const stands = behind();
      return stands instanceof ExportedResource
        ? stands.wrap(value)
        : stands.unwrap(value);
    };
  };
}

/**
 * Returns a function that finds the representation of a resource in an export. It is evaluated at each call, because
 * the resources that the component exports are not all known before.
 */
function representationOf(
  identity: ResourceIdentity,
  scope: TypeScope,
  instance: ComponentInstance,
): () => ExportedResource | HostResource {
  const imported = instance.hostResource(identity);
  // An exported interface refers to the exported resources, if the component exports them. The functions of the world
  // itself refer to the imported ones.
  const isOfWorld = (scope as { readonly kind?: unknown }).kind === "world";
  return () =>
    isOfWorld && imported.isImplemented
      ? imported
      : (instance.exportedResource(identity) ?? imported);
}

/** Returns the conversion from jco's return value to the return value of the contract. */
function finishing(
  scope: TypeScope,
  one: FunctionDescriptor,
  instance: ComponentInstance,
): Convert {
  const compile = (at: TypeScope, type: TypeDescriptor | undefined) =>
    type === undefined
      ? undefined
      : compileConvert(at, type, fromJco(scope, instance), "from-jco");
  const result = thrownResult(scope, one);
  if (result === undefined) {
    return compile(scope, one.result) ?? ((value) => value);
  }
  const lift = compile(result.scope, result.ok);
  return lift === undefined
    ? (val) => ({ tag: "ok", val })
    : (val) => ({ tag: "ok", val: lift(val) });
}

/**
 * Returns the conversion from an exception thrown by jco to the failure of the contract. It throws what is not an error
 * of the contract.
 */
function failing(
  scope: TypeScope,
  one: FunctionDescriptor,
  name: string,
  instance: ComponentInstance,
): Convert {
  const result = thrownResult(scope, one);
  if (result === undefined) {
    return (exception) => {
      throw toCallerException(name, exception) as Error;
    };
  }
  const lift =
    result.err === undefined
      ? undefined
      : compileConvert(
          result.scope,
          result.err,
          fromJco(scope, instance),
          "from-jco",
        );
  return (exception) => {
    let error = exception;
    if (isError(exception)) {
      if (!Object.hasOwn(exception, "payload")) {
        throw toCallerException(name, exception) as Error;
      }
      error = (exception as Error & { payload: unknown }).payload;
    }
    // With its option `--no-component-error-wrapping`, jco throws the bare error instead of a `ComponentError`.
    return { tag: "err", val: lift === undefined ? error : lift(error) };
  };
}
