import type { Contracts } from "../contracts.js";
import type {
  FunctionDescriptor,
  InterfaceDescriptor,
  ResourceDescriptor,
  TypeDescriptor,
} from "../descriptor.js";
import {
  resolveType,
  resultType,
  returnsFuture,
  thrownResult,
  type TypeScope,
} from "../resolve-type.js";
import { showValue } from "../show-value.js";
import {
  ComponentInstance,
  identityOf,
  isThenable,
  UnawaitedPromiseError,
} from "./component-instance.js";
import {
  compileConvert,
  type Convert,
  type ConvertHandle,
} from "../convert-resources.js";
import {
  bindDirectly,
  cabiLower,
  requireResult,
  type DirectOptions,
} from "./direct.js";
import { ErrorCarrier, wrapForJco, poison } from "./exception.js";
import { jcoKey } from "./name.js";
import { reclaim } from "../reclaim.js";

/**
 * An implementation of an interface: of its synchronous contract, or of its asynchronous contract if the component is
 * suspended.
 */
export type Implementation<C extends Contracts> = C extends {
  readonly sync: infer S;
  readonly async: infer A;
}
  ? S | A
  : C extends { readonly sync: infer S }
    ? S
    : C extends { readonly async: infer A }
      ? A
      : unknown;

/** Options shared by all adapters of a component. */
export interface AdapterOptions {
  /** The component instance that the adapter belongs to. Default: a new one. */
  readonly instance?: ComponentInstance;
}

/** Options of {@link toJcoImports}. */
export interface ImportOptions extends AdapterOptions {
  /**
   * Whether the component was transpiled with JSPI and these functions as asynchronous imports.
   *
   * If this option is set, to either value, functions whose values are all plain data can be bound to the component's
   * core module directly, provided that jco was run with `--import-bindings hybrid`. Direct calls are several times
   * faster. If the option is absent, no function is bound directly.
   */
  readonly async?: boolean;
  /**
   * Whether functions that are bound directly receive lists of numbers as views of the component's memory. The
   * implementation may read a view until it has answered, and must not keep it. Default: `false`.
   */
  readonly borrow?: boolean;
}

/** The functions and classes of an interface, in the form jco expects. */
export type JcoImports = Readonly<
  Record<string, (...args: unknown[]) => unknown>
>;

/**
 * Converts the implementation of an interface into an import for jco.
 *
 * - A success becomes the bare value. An error is thrown as an object whose own property `payload` is the error.
 * - Where jco takes a `result` as a value, the whole result is passed on.
 * - Resources become instances of classes that this function creates.
 * - An exception thrown by the implementation is not an error of its contract. It reaches the caller of the
 *   component's export unchanged. If jco cannot continue after it (in a function that JSPI suspends and that has no
 *   `result` of its own), the component instance is dead afterwards.
 *
 * @param descriptor - the generated descriptor of the interface.
 * @param implementation - an implementation of the synchronous contract, or of the asynchronous contract if the
 * component was transpiled with JSPI and these functions as asynchronous imports.
 * @param options - the component instance, for a component with several interfaces, and how functions are bound.
 * @returns the functions and classes, to be passed to jco under the name of the interface.
 * @throws TypeError - if the implementation lacks a function.
 */
export function toJcoImports<C extends Contracts>(
  descriptor: InterfaceDescriptor<C>,
  implementation: Implementation<C>,
  options: ImportOptions = {},
): JcoImports {
  return adaptImports(
    descriptor,
    implementation,
    options.instance ?? new ComponentInstance(),
    directOptions(options),
  );
}

/**
 * Returns `undefined` if functions must not be bound directly, because it is not known whether calls can suspend the
 * component.
 */
export function directOptions({
  async,
  borrow = false,
}: ImportOptions): DirectOptions | undefined {
  return async === undefined ? undefined : { async, borrow };
}

/** {@link toJcoImports} for a contract that is not known at compile time. */
export function adaptImports(
  descriptor: InterfaceDescriptor,
  implementation: unknown,
  instance: ComponentInstance,
  direct?: DirectOptions,
): JcoImports {
  const imports: Record<string, (...args: unknown[]) => unknown> = {};
  const target = members(implementation, descriptor.name);
  const binding = direct && { ...direct, reclaim: reclaimer(target) };
  for (const [key, one] of Object.entries(descriptor.functions)) {
    imports[jcoKey(key)] = importFunction(
      descriptor,
      one,
      `${descriptor.name}#${one.name}`,
      method(target, key, descriptor.name),
      instance,
      binding,
    );
  }
  for (const [name, definition] of Object.entries(descriptor.types)) {
    if (definition.kind !== "resource") continue;
    imports[definition.key] = importResource(
      descriptor,
      name,
      definition,
      target[definition.key],
      instance,
    ) as unknown as (...args: unknown[]) => unknown;
  }
  return imports;
}

type Members = Readonly<Record<string, unknown>>;

function members(value: unknown, name: string): Members {
  if (
    value === null ||
    (typeof value !== "object" && typeof value !== "function")
  ) {
    throw new TypeError(
      `expected an implementation of ${name}, got ${showValue(value)}`,
    );
  }
  return value as Members;
}

/**
 * Returns the bound `reclaim` function of an implementation. Only an own property counts: an object that inherits from
 * the implementation may keep what passes through it.
 */
function reclaimer(target: Members): DirectOptions["reclaim"] {
  if (!Object.hasOwn(target, reclaim)) return undefined;
  return (target as { readonly [reclaim]?: (returned: unknown) => void })[
    reclaim
  ]?.bind(target);
}

/**
 * Returns a function that calls a function of the implementation. It is looked up at each call, because it may be
 * replaced, by a test for example.
 */
function method(
  target: Members,
  key: string,
  name: string,
): (args: unknown[]) => unknown {
  if (typeof target[key] !== "function") {
    throw new TypeError(`the implementation of ${name} lacks \`${key}\``);
  }
  return (args) =>
    (target as Record<string, (...args: unknown[]) => unknown>)[key]?.(...args);
}

/** Creates the class of a resource of the host. */
export function importResource(
  scope: TypeScope,
  name: string,
  resource: ResourceDescriptor,
  implementation: unknown,
  instance: ComponentInstance,
): object {
  const { key, create, factory } = resource;
  const described = `${scope.name}#${name}`;
  const imported = instance.importedResource({ home: scope, resource });
  const needed =
    create !== undefined || Object.keys(resource.statics).length > 0;
  const Class = needed ? members(implementation, described) : {};
  const adapt = (
    one: FunctionDescriptor,
    call: (args: unknown[], self: unknown) => unknown,
  ) => importFunction(scope, one, `${described}.${one.name}`, call, instance);

  let construct = (): unknown => {
    throw new TypeError(`the resource \`${key}\` has no constructor`);
  };
  if (create !== undefined) {
    if (factory === undefined && typeof Class !== "function") {
      throw new TypeError(`the implementation of ${described} is not a class`);
    }
    const made: FunctionDescriptor =
      create.result === undefined
        ? { ...create, result: `own<%${name}>` }
        : create;
    construct = adapt(
      made,
      factory === undefined
        ? (args) =>
            new (Class as unknown as new (...args: unknown[]) => object)(
              ...args,
            )
        : method(Class, factory, described),
    );
  }
  imported.implement({
    create: construct,
    methods: mapValues(resource.methods, (one, property) =>
      adapt(one, (args, self) =>
        method(members(self, described), property, described)(args),
      ),
    ),
    statics: mapValues(resource.statics, (one, property) =>
      adapt(one, method(Class, property, described)),
    ),
  });
  return imported.Class;
}

function mapValues<T, U>(
  record: Readonly<Record<string, T>>,
  change: (value: T, key: string) => U,
): Record<string, U> {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, change(value, key)]),
  );
}

/** Creates the function that jco calls. */
export function importFunction(
  scope: TypeScope,
  one: FunctionDescriptor,
  name: string,
  implementation: (args: unknown[], self: unknown) => unknown,
  instance: ComponentInstance,
  direct?: DirectOptions,
): (...args: unknown[]) => unknown {
  const call = (args: unknown[], self: unknown): unknown =>
    instance.answer(implementation, args, self);
  const fromJco: ConvertHandle = (resource) => {
    const identity = identityOf(scope, resource);
    const imported = instance.hostResource(identity);
    return (value) =>
      (imported.isImplemented
        ? undefined
        : instance.exportedResource(identity)?.wrap(value)) ??
      imported.unwrap(value);
  };
  const parameters = one.parameters.map(({ type }) =>
    compileConvert(scope, type, fromJco, "from-jco"),
  );
  const convertsParameters = parameters.some(Boolean);
  const lower = lowering(scope, one, name, instance);
  const thrown = thrownResult(scope, one) !== undefined;
  const isFuture = returnsFuture(scope, one);
  const poisonable = thrown || jcoReadsValue(scope, one.result);

  /**
   * Handles an exception of the implementation after the call by jco has returned a promise. Throws, or returns a value
   * that makes jco fail.
   */
  const failLater = (exception: unknown): unknown => {
    if (thrown) throw wrapForJco(exception);
    // If the component lowers the function synchronously, jco never passes a rejection on, and waits forever. A value
    // that cannot be lowered makes jco fail properly. If jco would not access the value, reject all the same: `kill`
    // has rejected the caller's promise, and if the component lowers the function asynchronously, jco would otherwise
    // poll every 10 ms, forever, whether the component can continue.
    instance.kill(exception);
    if (poisonable) return poison(wrapForJco(exception));
    throw wrapForJco(exception);
  };

  const adapted = function (this: unknown, ...args: unknown[]): unknown {
    let returned: unknown;
    try {
      if (convertsParameters) {
        for (const [index, convert] of parameters.entries()) {
          if (convert) args[index] = convert(args[index]);
        }
      }
      returned = call(args, this);
      if (isFuture || !isThenable(returned)) return lower(returned);
    } catch (exception) {
      if (exception instanceof ErrorCarrier) throw exception;
      if (!thrown && instance.suspended && !instance.entered) {
        // If this import is asynchronous for jco, throwing would make jco wait forever; if it is synchronous, throwing
        // is right. A value that cannot be lowered works in both cases. If jco would not access the value, throw:
        // `kill` has rejected the caller's promise.
        instance.kill(exception);
        if (poisonable) return poison(wrapForJco(exception));
      }
      throw wrapForJco(exception);
    }
    if (instance.entered && one.async !== true) {
      // The promise is not awaited, so its rejection is ignored.
      returned.then(undefined, () => {});
      throw new UnawaitedPromiseError(name);
    }
    return returned.then((value) => {
      try {
        return lower(value);
      } catch (exception) {
        if (exception instanceof ErrorCarrier) throw exception;
        return failLater(exception);
      }
    }, failLater);
  };
  const bind =
    direct &&
    bindDirectly(scope, one, name, (args) => call(args, undefined), direct);
  return bind === undefined
    ? adapted
    : Object.assign(adapted, { [cabiLower]: bind });
}

/**
 * Returns the conversion from the return value of an implementation to the value for jco. It throws an {@link
 * ErrorCarrier} for an error.
 */
function lowering(
  scope: TypeScope,
  one: FunctionDescriptor,
  name: string,
  instance: ComponentInstance,
): Convert {
  const handle: ConvertHandle = (resource) => {
    const identity = identityOf(scope, resource);
    const imported = instance.hostResource(identity);
    return (value) =>
      (imported.isImplemented
        ? undefined
        : instance.exportedResource(identity)?.unwrap(value)) ??
      imported.wrap(value);
  };
  const compile = (at: TypeScope, type: TypeDescriptor | undefined) =>
    type === undefined ? undefined : compileConvert(at, type, handle, "to-jco");

  const type = resultType(scope, one);
  if (type === undefined) return compile(scope, one.result) ?? identity;

  const { ok, err, scope: inner } = type;
  const lowerOk = compile(inner, ok);
  const lowerErr = compile(inner, err);
  const returned = one.errors === "returned";
  return (value) => {
    requireResult(name, value);
    const { tag, val } = value as { tag: "ok" | "err"; val?: unknown };
    if (tag === "ok") {
      if (!returned) return lowerOk === undefined ? val : lowerOk(val);
      return lowerOk === undefined ? value : { tag, val: lowerOk(val) };
    }
    const error = lowerErr === undefined ? val : lowerErr(val);
    if (returned) return { tag, val: error };
    // Not an `Error`, because its stack would never be read.
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- see above
    throw new ErrorCarrier(error);
  };
}

const identity: Convert = (value) => value;

/** Whether jco accesses a value of the type when it lowers it, so that it fails on a {@link poison} value. */
function jcoReadsValue(
  scope: TypeScope,
  type: TypeDescriptor | undefined,
): boolean {
  if (type === undefined) return false;
  const { type: structure, scope: inner } = resolveType(scope, type);
  if (typeof structure === "string") return structure !== "bool";
  switch (structure.kind) {
    case "option":
      return jcoReadsValue(inner, structure.element);
    case "future":
    case "stream":
      return false;
    default:
      return true;
  }
}
