/**
 * Tracing for any interface: wraps an implementation in the same contract and reports every call to hooks.
 * Implementations that are not wrapped have no overhead.
 */
import { causeOf, setCause } from "./cause.js";
import type { Contracts } from "./contracts.js";
import { compileConvert, type Convert } from "./convert-resources.js";
import type {
  FunctionDescriptor,
  InterfaceDescriptor,
  ResourceDescriptor,
  TypeDescriptor,
} from "./descriptor.js";
import { reclaim } from "./reclaim.js";
import { resultType, returnsFuture, type TypeScope } from "./resolve-type.js";
import type { Result } from "./result.js";

/** A call of a traced interface. */
export interface TracedCall {
  /** The full name of the interface, such as `scheduler:core-libs/socket@0.1.0`. */
  readonly interface: string;
  /** The name of the function in WIT, in component model notation: `send-to`, `[method]file.read`. */
  readonly function: string;
  /** The names of the parameters in WIT. */
  readonly parameters: readonly string[];
  /** The arguments of the call, by position. Not copied: a hook must neither change nor keep them. */
  readonly arguments: readonly unknown[];
  /** The instance whose method is called. */
  readonly self?: object;
}

/** The outcome of a call. */
export interface TraceOutcome {
  /**
   * How the call ended: `ok` if it returned a value, `error` if it returned the error of a `result`, `exception` if
   * it threw or rejected.
   */
  readonly status: "ok" | "error" | "exception";
  /** The value, the error of the `result`, or the exception. Not copied. */
  readonly value: unknown;
  /**
   * The cause of an error or exception, if one was recorded: the system error behind a socket error, or the `cause`
   * of the exception.
   */
  readonly cause?: unknown;
  /** Milliseconds from the start of the call to its end, including the waiting time of an asynchronous call. */
  readonly duration: number;
}

/** A call in progress, as seen by a tracer. */
export interface TraceSpan {
  /**
   * Makes the call. For tracers that keep a current span during a call. Must call `invoke` exactly once and return
   * its return value.
   */
  run?<T>(invoke: () => T): T;
  /** Called when the call has ended. */
  end(outcome: TraceOutcome): void;
}

/** The hooks that receive the calls. */
export interface TraceHooks {
  /**
   * Called when a call begins. Returns the span that is told of its end, or `undefined` to leave this call untraced.
   */
  begin(call: TracedCall): TraceSpan | undefined;
  /** Called with what `begin` or `end` threw. The traced call continues as if nothing had happened. */
  failed?(exception: unknown): void;
}

/**
 * Returns an implementation of the same contract that reports every call to the hooks, and otherwise behaves like the
 * given one.
 *
 * Members that are not in the interface, such as `[Symbol.asyncDispose]`, are passed through. Resources are traced
 * too.
 *
 * @param descriptor - the descriptor of the interface that is implemented.
 * @param implementation - an implementation of the synchronous or asynchronous contract. It is not changed.
 * @param hooks - called for each call. What `begin` and `end` throw goes to `failed`; what `run` and `failed` throw
 * reaches the caller of the function.
 * @returns the implementation to use instead of the given one.
 */
export function withTrace<C extends Contracts, T extends object>(
  descriptor: InterfaceDescriptor<C>,
  implementation: T,
  hooks: TraceHooks,
): T {
  const tracer = new Tracer(hooks);
  const traced: Record<PropertyKey, unknown> = {};
  const target = implementation as Readonly<Record<string, unknown>>;
  for (const key of memberKeys(implementation)) {
    // Adapters call it only if it is an own property of the implementation.
    if (key === reclaim && !Object.hasOwn(implementation, key)) continue;
    Object.defineProperty(traced, key, {
      configurable: true,
      enumerable: true,
      get: () => member(implementation, key),
      set: (value) => {
        (implementation as Record<PropertyKey, unknown>)[key] = value;
      },
    });
  }
  for (const [key, one] of Object.entries(descriptor.functions)) {
    define(
      traced,
      key,
      tracer.function(descriptor, one, one.name, (_, args) =>
        Reflect.apply(target[key] as AnyFunction, implementation, args),
      ),
    );
  }
  for (const [name, definition] of Object.entries(descriptor.types)) {
    if (definition.kind !== "resource") continue;
    const Class = target[definition.key];
    if (typeof Class === "function") {
      define(
        traced,
        definition.key,
        tracer.resource(descriptor, name, definition).class(Class),
      );
    }
  }
  // The cast is safe: every member of the contract is present, traced or passed through.
  return traced as T;
}

type AnyFunction = (...args: unknown[]) => unknown;

function define(target: object, key: PropertyKey, value: unknown): void {
  Object.defineProperty(target, key, {
    configurable: true,
    enumerable: true,
    writable: true,
    value,
  });
}

/** Returns the keys of an object and of its prototypes other than `Object.prototype`, without `constructor`. */
function memberKeys(object: object): Set<PropertyKey> {
  const keys = new Set<PropertyKey>();
  let at: object | null = object;
  while (at !== null && at !== Object.prototype) {
    for (const key of Reflect.ownKeys(at)) keys.add(key);
    at = Object.getPrototypeOf(at) as object | null;
  }
  keys.delete("constructor");
  return keys;
}

/** Reads a property. A function is bound to the object, so that it can access private members of it. */
function member(object: object, key: PropertyKey): unknown {
  const value: unknown = Reflect.get(object, key);
  return typeof value === "function"
    ? (...args: unknown[]): unknown => Reflect.apply(value, object, args)
    : value;
}

class Tracer {
  readonly #hooks: TraceHooks;
  readonly #resources = new Map<ResourceDescriptor, TracedResource>();

  constructor(hooks: TraceHooks) {
    this.#hooks = hooks;
  }

  resource(
    scope: TypeScope,
    name: string,
    descriptor: ResourceDescriptor,
  ): TracedResource {
    let traced = this.#resources.get(descriptor);
    if (traced === undefined) {
      traced = new TracedResource(this, scope, name, descriptor);
      this.#resources.set(descriptor, traced);
    }
    return traced;
  }

  #convert(
    scope: TypeScope,
    type: TypeDescriptor | undefined,
    direction: "wrap" | "unwrap",
  ): Convert | undefined {
    if (type === undefined) return undefined;
    return compileConvert(scope, type, ({ resource, scope: owner, name }) => {
      const traced = this.resource(owner, name, resource);
      return (value) => traced[direction](value);
    });
  }

  /** Creates a function that reports its calls. `name` is in component model notation. */
  function(
    scope: TypeScope,
    one: FunctionDescriptor,
    name: string,
    call: (self: object, args: unknown[]) => unknown,
    wrapResult: Convert | undefined = this.#convert(scope, one.result, "wrap"),
  ): (this: object, ...args: unknown[]) => unknown {
    const hooks = this.#hooks;
    const parameters = one.parameters.map((parameter) => parameter.name);
    const unwrap = one.parameters.map(({ type }) =>
      this.#convert(scope, type, "unwrap"),
    );
    const unwraps = unwrap.some(Boolean);
    const isResult = resultType(scope, one) !== undefined;
    // A future is the value of the call, and is not read here.
    const isFuture = returnsFuture(scope, one);

    return function (this: object, ...args: unknown[]): unknown {
      const given = unwraps
        ? args.map((value, index) => {
            const convert = unwrap[index];
            return convert === undefined ? value : convert(value);
          })
        : args;
      const finish = (value: unknown): unknown => {
        if (wrapResult === undefined) return value;
        const wrapped = wrapResult(value);
        if (isResult && wrapped !== value) copyCause(value, wrapped);
        return wrapped;
      };
      let span: TraceSpan | undefined;
      try {
        span = hooks.begin({
          interface: scope.name,
          function: name,
          parameters,
          arguments: args,
          ...(name.startsWith("[method]") && { self: this }),
        });
      } catch (exception) {
        hooks.failed?.(exception);
      }
      const invoke = (): unknown => call(this, given);
      if (span === undefined) {
        const value = invoke();
        return !isFuture && isThenable(value)
          ? value.then(finish)
          : finish(value);
      }
      const traced = span;
      const start = performance.now();
      const end = (
        status: TraceOutcome["status"],
        value: unknown,
        cause: unknown,
      ): void => {
        const duration = performance.now() - start;
        try {
          traced.end({
            status,
            value,
            duration,
            ...(cause !== undefined && { cause }),
          });
        } catch (exception) {
          hooks.failed?.(exception);
        }
      };
      const returned = (value: unknown): unknown => {
        // An implementation may return no `Result`, against its contract.
        const result = isResult
          ? (value as { tag: string; val: unknown } | null | undefined)
          : undefined;
        if (result?.tag === "err") end("error", result.val, causeOf(result));
        else end("ok", result ? result.val : value, undefined);
        return finish(value);
      };
      const threw = (exception: unknown): never => {
        end(
          "exception",
          exception,
          exception instanceof Error ? exception.cause : undefined,
        );
        throw exception as Error;
      };
      let value: unknown;
      try {
        value = traced.run === undefined ? invoke() : traced.run(invoke);
      } catch (exception) {
        return threw(exception);
      }
      return !isFuture && isThenable(value)
        ? value.then(returned, threw)
        : returned(value);
    };
  }
}

function isThenable(value: unknown): value is Promise<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { then?: unknown }).then === "function"
  );
}

/** Gives a converted failure the cause of the original. */
function copyCause(from: unknown, to: unknown): void {
  const cause = causeOf(from as object);
  if (cause !== undefined) setCause(to as Result<never, unknown>, cause);
}

/** The instances behind the proxies of all traces: a proxy may be passed to another interface, which is traced too. */
const allInstances = new WeakMap<object, object>();

/**
 * Returns the target for a proxy of an object: the object itself, or one that inherits from it if it has functions that
 * are frozen. A proxy must return what its target has frozen.
 */
function proxyTarget(object: object): object {
  const isFixed = Object.values(Object.getOwnPropertyDescriptors(object)).some(
    ({ configurable, writable, value }) =>
      configurable === false &&
      writable === false &&
      typeof value === "function",
  );
  if (!isFixed) return object;
  return typeof object === "function"
    ? (Object.setPrototypeOf(function () {}, object) as object)
    : (Object.create(object) as object);
}

/** A traced resource. Its instances are represented by proxies that report calls, one proxy per instance. */
class TracedResource {
  readonly #proxies = new WeakMap<object, object>();
  readonly #instances = new WeakMap<object, object>();
  readonly #methods: Map<PropertyKey, AnyFunction>;
  readonly #tracer: Tracer;
  readonly #scope: TypeScope;
  readonly #name: string;
  readonly #descriptor: ResourceDescriptor;

  constructor(
    tracer: Tracer,
    scope: TypeScope,
    name: string,
    descriptor: ResourceDescriptor,
  ) {
    this.#tracer = tracer;
    this.#scope = scope;
    this.#name = name;
    this.#descriptor = descriptor;
    this.#methods = new Map<PropertyKey, AnyFunction>(
      Object.entries(descriptor.methods).map(([key, one]) => [
        key,
        tracer.function(
          scope,
          one,
          `[method]${name}.${one.name}`,
          (self, args) => {
            const instance = this.unwrap(self) as Record<string, AnyFunction>;
            return instance[key]?.(...args);
          },
        ),
      ]),
    );
    const drop = { name: "drop", parameters: [] };
    this.#methods.set(
      Symbol.dispose,
      tracer.function(scope, drop, `[resource-drop]${name}`, (self) => {
        (this.unwrap(self) as Partial<Disposable>)[Symbol.dispose]?.();
      }),
    );
  }

  wrap(instance: unknown): object {
    const target = instance as object;
    let proxy = this.#proxies.get(target);
    if (proxy === undefined) {
      const methods = this.#methods;
      proxy = new Proxy(proxyTarget(target), {
        get: (_, key) =>
          key in target ? (methods.get(key) ?? member(target, key)) : undefined,
      });
      this.#proxies.set(target, proxy);
      this.#instances.set(proxy, target);
      allInstances.set(proxy, target);
    }
    return proxy;
  }

  /** Returns the instance behind a proxy. Any other value is returned unchanged. */
  unwrap(proxy: unknown): object {
    // Only this trace's own proxy: the implementation may be traced itself, and has proxies of its own then.
    const own = this.#instances.get(proxy as object);
    if (own !== undefined) return own;
    let instance = proxy as object;
    for (
      let next = allInstances.get(instance);
      next !== undefined;
      next = allInstances.get(instance)
    )
      instance = next;
    return instance;
  }

  /** Returns a proxy for the class whose constructor and static functions report calls. */
  class(Class: object): object {
    const { statics, create, factory } = this.#descriptor;
    const traced = new Map<PropertyKey, AnyFunction>();
    const add = (key: string, one: FunctionDescriptor, name: string): void => {
      traced.set(
        key,
        this.#tracer.function(this.#scope, one, name, (_, args) =>
          (Class as Record<string, AnyFunction>)[key]?.(...args),
        ),
      );
    };
    for (const [key, one] of Object.entries(statics)) {
      add(key, one, `[static]${this.#name}.${one.name}`);
    }
    const constructorName = `[constructor]${this.#name}`;
    if (create !== undefined && factory !== undefined) {
      add(factory, create, constructorName);
    }
    const construct = this.#tracer.function(
      this.#scope,
      create ?? { name: "constructor", parameters: [] },
      constructorName,
      (_, args) => Reflect.construct(Class as new () => object, args) as object,
      (instance) => this.wrap(instance),
    );
    return new Proxy(proxyTarget(Class), {
      construct: (_, args) =>
        construct.apply(Class, args as unknown[]) as object,
      get: (_, key): unknown => traced.get(key) ?? Reflect.get(Class, key),
    });
  }
}
