import { compileConvert } from "../convert-resources.js";
import type { FunctionDescriptor } from "../descriptor.js";
import { resultType, type TypeScope } from "../resolve-type.js";
import { showValue } from "../show-value.js";
import type { CoreValue } from "./abi/abi.js";
import { valueAbi, valueAbis } from "./abi/compile-abi.js";
import { coreSignature, hasSeveralBlocks } from "./abi/flatten.js";
import { GuestMemory, type CanonicalOptions } from "./abi/guest-memory.js";
import { sequenceAbi } from "./abi/sequence.js";
import { isThenable, UnawaitedPromiseError } from "./component-instance.js";
import { wrapForJco } from "./exception.js";

/** How a function is bound directly to the core module of a component. */
export interface DirectOptions {
  /** Whether the component is suspended (JSPI) until the promise of the function settles. */
  readonly async: boolean;
  /** Whether lists of numbers are views of the component's memory, valid until the function has answered. */
  readonly borrow: boolean;
  /** Called with the return value of the function, after the value was copied into the component's memory. */
  readonly reclaim?: ((returned: unknown) => void) | undefined;
}

/** The function that the core module of a component calls. */
type CoreFunction = (...flat: CoreValue[]) => unknown;

/**
 * The function under jco's symbol for optimized bindings. Given the memory of a component, it returns the function that
 * the component's core module calls, bypassing jco. jco uses it if the component was transpiled with
 * `--import-bindings hybrid`.
 */
export type BindDirectly = (options: CanonicalOptions) => CoreFunction;

/** The message for an engine without JSPI. */
export const cannotSuspend =
  "this engine cannot suspend WebAssembly (JSPI): transpile the component for blocking calls (`wit2ts transpile --async-mode sync`), or use Node 24.20 or later";

/** The symbol under which jco looks for {@link BindDirectly}. */
export const cabiLower: unique symbol = Symbol.for("cabiLower");

/**
 * Creates the direct binding of a function. Returns `undefined` if the function takes or returns values that are not
 * plain data, or is an `async func`, which a component may lower asynchronously.
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
        throw wrapForJco(exception);
      }
      if (!async) {
        // The promise is not awaited, so its rejection is ignored.
        returned.then(undefined, () => {});
        throw new UnawaitedPromiseError(name);
      }
      // Not an `async` function, which would be shorter, but 10% slower.
      return returned.then(
        (value) => {
          try {
            return answer(flat, value);
          } catch (exception) {
            throw wrapForJco(exception);
          }
        },
        (exception: unknown) => {
          throw wrapForJco(exception);
        },
      );
    };
    return async ? suspending(core) : core;
  };
}

interface Adapted {
  readonly lift: (memory: GuestMemory, flat: readonly CoreValue[]) => unknown[];
  /** Returns the result of the core function, or writes it to the pointer that the component passed. */
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
  const copyLent = lentCopies(scope, one);
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
        if (!signature.spillsResult) return result.lower(value);
        const at = (flat[resultPointer] as number) >>> 0;
        memory.check(at, result.size, result.align);
        result.store(memory, at, copyLent(memory, value));
        return undefined;
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        // The error says what was expected, but not of which function.
        throw new TypeError(
          `the return value of the implementation of \`${name}\` cannot be passed on: ${error.message}`,
          { cause: error },
        );
      }
    },
  };
}

/**
 * Returns a function that copies the views of the component's memory in a return value. They would be detached before
 * they are read if the memory grows for another part of the value.
 */
function lentCopies(
  scope: TypeScope,
  { result }: FunctionDescriptor,
): (memory: GuestMemory, value: unknown) => unknown {
  if (result === undefined || !hasSeveralBlocks(scope, result))
    return (_, value) => value;
  let buffer: ArrayBuffer;
  const copy = compileConvert(
    scope,
    result,
    () => (value) => value,
    undefined,
    (value) =>
      ArrayBuffer.isView(value) && value.buffer === buffer
        ? // Not the method of the value: that of Node's `Buffer` does not copy.
          Uint8Array.prototype.slice.call(value)
        : value,
  );
  return (memory, value) => {
    if (!memory.borrow || copy === undefined) return value;
    ({ buffer } = memory.bytes);
    return copy(value);
  };
}

/** @throws TypeError - if the value is not a `Result`. */
export function requireResult(name: string, value: unknown): void {
  const { tag } = (value ?? {}) as { tag?: unknown };
  if (tag === "ok" || tag === "err") return;
  throw new TypeError(
    `the implementation of \`${name}\` returned ${showValue(value)}, where a Result was expected`,
  );
}

/** Wraps a function so that WebAssembly is suspended until its promise settles. */
function suspending(core: CoreFunction): CoreFunction {
  const { Suspending } = Reflect.get(globalThis, "WebAssembly") as {
    Suspending?: new (core: CoreFunction) => CoreFunction;
  };
  if (Suspending === undefined) throw new TypeError(cannotSuspend);
  return new Suspending(core);
}
