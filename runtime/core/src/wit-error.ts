import { showValue } from "./show-value.js";

/** The part of V8's `Error` that other engines lack. */
interface StackCapture {
  captureStackTrace?(error: Error, until?: (...args: never[]) => unknown): void;
}

/** Options of a {@link WitError}. */
export interface WitErrorOptions {
  /** What lies behind the error, as `causeOf` tells it. */
  readonly cause?: unknown;
  /** The function whose caller the stack begins at; where absent, the caller of the constructor. */
  readonly until?: (...args: never[]) => unknown;
}

/**
 * An error of a WIT `result`, thrown. Its own property `payload` is the error, which makes it what jco lowers into the
 * `err` of a function's `result`.
 */
export class WitError<E> extends Error {
  /** The error in the result. */
  readonly payload: E;

  /**
   * @param payload - the error. If it is an `Error` itself it is the `cause` as well, unless there is another.
   */
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
    // Like the names of the built-in errors: on the prototype, so that printing an error does not list it.
    Object.defineProperty(this.prototype, "name", {
      value: "WitError",
      configurable: true,
      writable: true,
    });
  }
}
