import { showValue } from "../show-value.js";

/**
 * How an error of a function's `result` is thrown to jco, which lowers what stands in the own property `payload`. No
 * `Error`, because nobody sees its stack.
 */
export class ErrorCarrier {
  readonly payload: unknown;

  constructor(payload: unknown) {
    this.payload = payload;
  }
}

/**
 * Wraps an exception of an implementation that jco would mistake for an error of the function's `result`: one with a
 * property `payload`, such as a `WitError` that was not caught, or one that is not an `Error`. `cause` holds the
 * original exception.
 */
export class HostException extends Error {
  constructor(exception: unknown) {
    super(`the implementation of an import threw ${showValue(exception)}`, {
      cause: exception,
    });
    this.name = "HostException";
  }
}

/**
 * Whether a value is an `Error`, of whatever realm: in the guests of componentize-js, the bindings have a realm of their
 * own, and what they throw is no `instanceof Error`.
 */
export function isError(value: unknown): value is Error {
  return (
    value instanceof Error ||
    Object.prototype.toString.call(value) === "[object Error]"
  );
}

/** An exception in a form that jco hands on to the caller of the export. */
export function passable(exception: unknown): unknown {
  return isError(exception) && !Object.hasOwn(exception, "payload")
    ? exception
    : new HostException(exception);
}

/**
 * What a caller gets for something that jco threw, if that is no error of the contract.
 *
 * @param name - `interface#function` of the export that was called.
 */
export function thrownBy(name: string, exception: unknown): unknown {
  return isError(exception) && isSuspension(exception)
    ? new TypeError(
        `\`${name}\` called an import that may wait, but WebAssembly is not suspended there (JSPI): a constructor or destructor must not call one, nor a function that was not transpiled as an asynchronous export. Transpiled for blocking calls, they can (\`wit2ts transpile --async-mode sync\`)`,
        { cause: exception },
      )
    : original(exception);
}

/** Whether something would have had to suspend WebAssembly where that cannot be: the engine says so, or jco before it comes to that. */
function isSuspension({ name, message }: Error): boolean {
  return (
    name === "SuspendError" ||
    message === "cannot block a synchronous task before returning"
  );
}

/** Undoes {@link passable}. */
export function original(exception: unknown): unknown {
  return exception instanceof HostException ? exception.cause : exception;
}

/**
 * A value that cannot be lowered: looking at it in any way throws `exception`. Only its `then` is plainly absent, so that a promise
 * can be fulfilled with it.
 */
export function poison(exception: unknown): unknown {
  const fail = (): never => {
    // What an implementation threw is handed on as it is.
    throw exception;
  };
  return new Proxy(fail, {
    get: (_, key) => (key === "then" ? undefined : fail()),
    has: fail,
    ownKeys: fail,
    getPrototypeOf: fail,
    getOwnPropertyDescriptor: fail,
    apply: fail,
    construct: fail,
  });
}
