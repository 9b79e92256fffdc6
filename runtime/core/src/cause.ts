/**
 * Causes of failures. A WIT error is a plain value, often only an enum case, so the underlying error is stored beside
 * it, where the host can read it and a guest cannot.
 */
import type { Result } from "./result.js";

const causes = new WeakMap<object, unknown>();

/**
 * Records the cause of a failure, so that {@link causeOf} can return it.
 *
 * The cause is kept beside the failure, not in it: the host can read it, a guest cannot.
 *
 * @param failure - the failure that is returned to the caller. It is not changed.
 * @param cause - the cause, usually an `Error`.
 * @returns the same failure object.
 */
export function setCause<E>(
  failure: Result<never, E>,
  cause: unknown,
): Result<never, E> {
  causes.set(failure, cause);
  return failure;
}

/**
 * Returns the cause recorded for a failure, such as the system error behind a socket error.
 *
 * @param failure - the failure object that was returned. A copy of it has no cause.
 * @returns the cause, usually an `Error` with a `code`, or `undefined` if none was recorded.
 */
export function causeOf(failure: object): unknown {
  return causes.get(failure);
}
