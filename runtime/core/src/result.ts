import { causeOf } from "./cause.js";
import { WitError } from "./wit-error.js";

/** A successful result and its value. */
export interface Ok<T> {
  readonly tag: "ok";
  readonly val: T;
}

/** A failed result and its error. */
export interface Err<E> {
  readonly tag: "err";
  readonly val: E;
}

/**
 * The TypeScript form of a WIT `result<T, E>`: a success with a value, or a failure with an error. `_` maps to
 * `void`.
 */
export type Result<T, E> = Ok<T> | Err<E>;

/**
 * Creates a success without a value, as for `result<_, E>`. The other overload takes a value.
 *
 * The return type is the whole `Result`, not `Ok`, so that the compiler infers the type of the value from the place
 * where the result is used: `return ok({ family: "ipv4" })` compiles where the field is a union of literals.
 *
 * @returns a new object, owned by the caller.
 */
export function ok(): Result<void, never>;
/**
 * Creates a success with a value.
 *
 * @param val - the value.
 * @returns a new object, owned by the caller.
 */
export function ok<T>(val: T): Result<T, never>;
export function ok<T>(val?: T): Result<T | undefined, never> {
  return { tag: "ok", val };
}

/**
 * Creates a failure without an error, as for `result<T, _>`. The other overloads take an error. A literal error and
 * the tag of a variant keep their literal types.
 *
 * @returns a new object, owned by the caller.
 */
export function err(): Result<never, void>;
/**
 * Creates a failure with a literal error. The type of the error stays literal.
 *
 * @param val - the error.
 * @returns a new object, owned by the caller.
 */
export function err<E extends string | number | bigint | boolean>(
  val: E,
): Result<never, E>;
/**
 * Creates a failure whose error is a case of a variant. The type of the tag stays literal.
 *
 * @param val - the error.
 * @returns a new object, owned by the caller.
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- `Tag` keeps the type of the tag literal
export function err<Tag extends string, E extends { readonly tag: Tag }>(
  val: E,
): Result<never, E>;
/**
 * Creates a failure with an error of any type.
 *
 * @param val - the error.
 * @returns a new object, owned by the caller.
 */
export function err<E>(val: E): Result<never, E>;
export function err<E>(val?: E): Result<never, E | undefined> {
  return { tag: "err", val };
}

/**
 * Tells whether a result is a success, and narrows its type to `Ok`.
 *
 * @param result - any result.
 * @returns `true` for a success.
 */
export function isOk<T, E>(result: Result<T, E>): result is Ok<T> {
  return result.tag === "ok";
}

/**
 * Tells whether a result is a failure, and narrows its type to `Err`.
 *
 * @param result - any result.
 * @returns `true` for a failure.
 */
export function isErr<T, E>(result: Result<T, E>): result is Err<E> {
  return result.tag === "err";
}

/**
 * Returns the value of a success, or throws the error of a failure.
 *
 * @param result - the result.
 * @returns the value of the success.
 * @throws {@link WitError} - if the result is a failure. The own property `payload` holds the error, and `cause` the
 * cause if one was recorded. The stack starts at the caller of `unwrap`.
 */
export function unwrap<T, E>(result: Result<T, E>): T {
  if (result.tag === "ok") return result.val;
  throw new WitError(result.val, { cause: causeOf(result), until: unwrap });
}

/**
 * Returns the error of a failure.
 *
 * @param result - the result.
 * @returns the error of the failure.
 * @throws TypeError - if the result is a success.
 */
export function unwrapErr<T, E>(result: Result<T, E>): E {
  if (result.tag === "err") return result.val;
  throw new TypeError("the result is a success, where a failure was expected");
}

/**
 * Returns the value of a success, or `fallback` for a failure.
 *
 * @param result - any result.
 * @param fallback - the value to return for a failure.
 * @returns the value or the fallback.
 */
export function unwrapOr<T, E, F>(result: Result<T, E>, fallback: F): T | F {
  return result.tag === "ok" ? result.val : fallback;
}

/**
 * Transforms the value of a success. A failure is returned unchanged, as the same object.
 *
 * @param result - any result.
 * @param change - returns the new value. An exception it throws is not caught.
 * @returns a new success, or the given failure.
 */
export function map<T, E, U>(
  result: Result<T, E>,
  change: (val: T) => U,
): Result<U, E> {
  return result.tag === "ok" ? { tag: "ok", val: change(result.val) } : result;
}

/**
 * Transforms the error of a failure. A success is returned unchanged, as the same object.
 *
 * @param result - any result.
 * @param change - returns the new error. An exception it throws is not caught.
 * @returns a new failure, or the given success.
 */
export function mapErr<T, E, F>(
  result: Result<T, E>,
  change: (error: E) => F,
): Result<T, F> {
  return result.tag === "err"
    ? { tag: "err", val: change(result.val) }
    : result;
}

/**
 * Passes the value of a success to a function that returns a result itself. A failure is returned unchanged, as the
 * same object.
 *
 * @param result - any result.
 * @param next - called with the value of a success. An exception it throws is not caught.
 * @returns the result of `next`, or the given failure.
 */
export function andThen<T, E, U, F>(
  result: Result<T, E>,
  next: (val: T) => Result<U, F>,
): Result<U, E | F> {
  return result.tag === "ok" ? next(result.val) : result;
}

/**
 * Calls the handler for a success or the one for a failure, and returns its return value.
 *
 * @param result - any result.
 * @param handlers - a handler for a success and a handler for a failure.
 * @returns the return value of the handler that was called.
 */
export function match<T, E, A, B>(
  result: Result<T, E>,
  handlers: {
    readonly ok: (val: T) => A;
    readonly err: (error: E) => B;
  },
): A | B {
  return result.tag === "ok"
    ? handlers.ok(result.val)
    : handlers.err(result.val);
}

/** The value types of a tuple of results, in order. */
export type OkValues<R extends readonly Result<unknown, unknown>[]> = {
  -readonly [K in keyof R]: R[K] extends Result<infer T, unknown> ? T : never;
};

/** The union of the error types of results. */
export type ErrValue<R extends Result<unknown, unknown>> =
  R extends Err<infer E> ? E : never;

/**
 * Combines many results into one: a success with all values in order, or the first failure, as the same object.
 * Results after the first failure are not read.
 *
 * @param results - a tuple, which keeps the type of each value, or any iterable.
 * @returns a new success with an array of the values, or the first failure.
 */
export function collect<const R extends readonly Result<unknown, unknown>[]>(
  results: R,
): Result<OkValues<R>, ErrValue<R[number]>>;
/**
 * Combines many results into one: a success with all values in order, or the first failure, as the same object.
 *
 * @param results - any iterable. Results after the first failure are not read.
 * @returns a new success with an array of the values, or the first failure.
 */
export function collect<T, E>(results: Iterable<Result<T, E>>): Result<T[], E>;
export function collect<T, E>(results: Iterable<Result<T, E>>): Result<T[], E> {
  const values: T[] = [];
  for (const result of results) {
    if (result.tag === "err") return result;
    values.push(result.val);
  }
  return { tag: "ok", val: values };
}
