import { showValue } from "./show-value.js";

/** The part of V8's `Error` that other engines lack. */
interface StackCapture {
  captureStackTrace?(error: Error, until?: (...args: never[]) => unknown): void;
}

/** Options of the {@link WitError} constructor. */
export interface WitErrorOptions {
  /** The cause of the error, as returned by `causeOf`. */
  readonly cause?: unknown;
  /** The stack starts at the caller of this function. Default: the constructor. */
  readonly until?: (...args: never[]) => unknown;
}

/**
 * The exception form of a WIT `result` error. Its own property `payload` holds the error, and jco lowers that
 * property into the `err` case of the function's `result`.
 */
export class WitError<E> extends Error {
  /** The error of the result. */
  readonly payload: E;

  /** @param payload - the error. An `Error` is used as the `cause` too, unless the options have one. */
  constructor(payload: E, { cause, until }: WitErrorOptions = {}) {
    const reason = cause ?? (payload instanceof Error ? payload : undefined);
    super(
      `the result is an error: ${showValue(payload)}`,
      reason === undefined ? undefined : { cause: reason },
    );
    this.payload = payload;
    const engine: StackCapture = Error;
    if (until !== undefined) engine.captureStackTrace?.(this, until);
  }

  static {
    // Defined on the prototype, like the names of built-in errors: Node lists own properties when it prints an error.
    Object.defineProperty(this.prototype, "name", {
      value: "WitError",
      configurable: true,
      writable: true,
    });
  }
}
