import { showValue } from "../show-value.js";

/**
 * The exception that passes an error of a function's `result` to jco, which lowers the own property `payload`. Not an
 * `Error`, because its stack would never be read.
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
 * Whether a value is an `Error` of any realm. In guests of componentize-js, the bindings have their own realm, so their
 * errors are not `instanceof Error`.
 */
export function isError(value: unknown): value is Error {
  return (
    value instanceof Error ||
    Object.prototype.toString.call(value) === "[object Error]"
  );
}

/** Returns an exception in a form that jco passes on to the caller of the export. */
export function wrapForJco(exception: unknown): unknown {
  return isError(exception) && !Object.hasOwn(exception, "payload")
    ? exception
    : new HostException(exception);
}

/**
 * Returns the exception that the caller receives for one that jco threw and that is not an error of the contract.
 *
 * @param name - `interface#function` of the export that was called.
 */
export function toCallerException(name: string, exception: unknown): unknown {
  return isError(exception) && isSuspension(exception)
    ? new TypeError(
        `\`${name}\` called an import that may wait, but WebAssembly is not suspended there (JSPI): a constructor or destructor must not call one, nor a function that was not transpiled as an asynchronous export. Transpiled for blocking calls, they can (\`wit2ts transpile --async-mode sync\`)`,
        { cause: exception },
      )
    : unwrapHostException(exception);
}

/**
 * Whether an error means that WebAssembly would have to be suspended where that is impossible. The engine throws it, or
 * jco throws it beforehand.
 */
function isSuspension({ name, message }: Error): boolean {
  return (
    name === "SuspendError" ||
    message === "cannot block a synchronous task before returning"
  );
}

/** Reverses {@link wrapForJco}. */
export function unwrapHostException(exception: unknown): unknown {
  return exception instanceof HostException ? exception.cause : exception;
}

/**
 * Returns a value that cannot be lowered: any access to it throws `exception`. Only the property `then` is `undefined`,
 * so that a promise can be fulfilled with the value.
 */
export function poison(exception: unknown): unknown {
  const fail = (): never => {
    // Rethrow the exception of the implementation unchanged.
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
