/**
 * What lies behind a failure: a WIT error is a plain value, often a mere name, so what the system really said is kept
 * beside it, where the host can read it and a guest cannot.
 */
import type { Result } from "./result.js";

const causes = new WeakMap<object, unknown>();

/**
 * Notes what caused a failure.
 *
 * @param failure - the failure, as it is returned to the caller; it is not changed.
 * @param cause - most often an `Error`.
 * @returns the same failure.
 */
export function setCause<E>(
  failure: Result<never, E>,
  cause: unknown,
): Result<never, E> {
  causes.set(failure, cause);
  return failure;
}

/**
 * Returns what caused a failure, if its maker noted it: the system error behind a socket error, for instance.
 *
 * @param failure - the very object that was returned; a copy has no cause.
 * @returns the cause, most often an `Error` with a `code`; `undefined` if none was noted.
 */
export function causeOf(failure: object): unknown {
  return causes.get(failure);
}
