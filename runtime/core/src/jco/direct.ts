import type { FunctionDescriptor } from "../descriptor.js";
import { resultType, type TypeScope } from "../resolve-type.js";
import { showValue } from "../show-value.js";
import type { CoreValue } from "./abi/abi.js";
import { valueAbi, valueAbis } from "./abi/compile-abi.js";
import { coreSignature } from "./abi/flatten.js";
import { GuestMemory, type CanonicalOptions } from "./abi/guest-memory.js";
import { sequenceAbi } from "./abi/sequence.js";
import { isThenable, UnawaitedPromiseError } from "./component-instance.js";
import { passable } from "./exception.js";

/** How a function is bound to the core of a component directly. */
export interface DirectOptions {
  /** The component is suspended (JSPI) until the function's promise settles. */
  readonly async: boolean;
  /** Lists of numbers are views of the component's memory, good until the function has answered. */
  readonly borrow: boolean;
  /** Is given what the function has returned, once it is copied into the component's memory. */
  readonly reclaim?: ((returned: unknown) => void) | undefined;
}

/** What the core of a component calls. */
type CoreFunction = (...flat: CoreValue[]) => unknown;

/**
 * A function under jco's symbol for optimized bindings: given the memory of a component it returns what the core of the
 * component calls, with nothing of jco in between. jco asks for it where the component was transpiled with `--import-bindings hybrid`.
 */
export type BindDirectly = (options: CanonicalOptions) => CoreFunction;

/** What is said where the engine has no JSPI. */
export const cannotSuspend =
  "this engine cannot suspend WebAssembly (JSPI): transpile the component for blocking calls (`wit2ts transpile --async-mode sync`), or use Node 24.20 or later";

/** The symbol that jco looks for. */
export const cabiLower: unique symbol = Symbol.for("cabiLower");

/**
 * Makes the direct binding of a function; undefined where it takes or returns what is no data, or is an `async func`, of which a component
 * may want to hear later.
 *
 * @param name - `interface#function`, for messages.
 * @param call - calls the implementation.
 */
export function bindDirectly(
  scope: TypeScope,
  one: FunctionDescriptor,
  name: string,
  call: (args: unknown[]) => unknown,
  { async, borrow, reclaim }: DirectOptions,
): BindDirectly | undefined {
  if (one.async === true) return undefined;
  const adapted = adapt(scope, one, name);
  if (adapted === undefined) return undefined;
  const { lift, lower } = adapted;
  return (options) => {
    const memory = new GuestMemory(options, borrow);
    const answer = (flat: readonly CoreValue[], value: unknown) => {
      const lowered = lower(memory, flat, value);
      reclaim?.(value);
      return lowered;
    };
    const core: CoreFunction = (...flat) => {
      let returned: unknown;
      try {
        returned = call(lift(memory, flat));
        if (!isThenable(returned)) return answer(flat, returned);
      } catch (exception) {
        throw passable(exception);
      }
      if (!async) {
        // Nobody will wait for the promise.
        returned.then(undefined, () => {});
        throw new UnawaitedPromiseError(name);
      }
      // An `async` function would be shorter, and a tenth slower.
      return returned.then(
        (value) => {
          try {
            return answer(flat, value);
          } catch (exception) {
            throw passable(exception);
          }
        },
        (exception: unknown) => {
          throw passable(exception);
        },
      );
    };
    return async ? suspending(core) : core;
  };
}

interface Adapted {
  readonly lift: (memory: GuestMemory, flat: readonly CoreValue[]) => unknown[];
  /** Returns the core function's result, or writes it where the component wants it. */
  readonly lower: (
    memory: GuestMemory,
    flat: readonly CoreValue[],
    value: unknown,
  ) => CoreValue | undefined;
}

function adapt(
  scope: TypeScope,
  one: FunctionDescriptor,
  name: string,
): Adapted | undefined {
  const each = valueAbis(
    scope,
    one.parameters.map(({ type }) => type),
  );
  const result =
    one.result === undefined ? undefined : valueAbi(scope, one.result);
  if (each === undefined || (one.result && result === undefined))
    return undefined;
  const parameters = sequenceAbi(each, [...each.keys()], () => []);
  const signature = coreSignature(scope, one);
  const resultPointer = signature.parameters.length;
  const isResult = resultType(scope, one) !== undefined;
  return {
    lift(memory, flat) {
      memory.refresh();
      if (!signature.spilledParameters)
        return parameters.lift(memory, flat, 0) as unknown[];
      const at = (flat[0] as number) >>> 0;
      memory.check(at, parameters.size, parameters.align);
      return parameters.load(memory, at) as unknown[];
    },
    lower(memory, flat, value) {
      memory.refresh();
      if (isResult) requireResult(name, value);
      if (result === undefined) return undefined;
      try {
        if (!signature.spilled) return result.lower(value);
        const at = (flat[resultPointer] as number) >>> 0;
        memory.check(at, result.size, result.align);
        result.store(memory, at, value);
        return undefined;
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        // What was expected says nothing without the function that returned something else.
        throw new TypeError(
          `the return value of the implementation of \`${name}\` cannot be passed on: ${error.message}`,
          { cause: error },
        );
      }
    },
  };
}

/** @throws TypeError for what is no `Result`. */
export function requireResult(name: string, value: unknown): void {
  const { tag } = (value ?? {}) as { tag?: unknown };
  if (tag === "ok" || tag === "err") return;
  throw new TypeError(
    `the implementation of \`${name}\` returned ${showValue(value)}, where a Result was expected`,
  );
}

/** A function that WebAssembly is suspended in until its promise settles. */
function suspending(core: CoreFunction): CoreFunction {
  const { Suspending } = Reflect.get(globalThis, "WebAssembly") as {
    Suspending?: new (core: CoreFunction) => CoreFunction;
  };
  if (Suspending === undefined) throw new TypeError(cannotSuspend);
  return new Suspending(core);
}
