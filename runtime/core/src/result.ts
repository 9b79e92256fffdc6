import { causeOf } from "./cause.js";
import { WitError } from "./wit-error.js";

/** A success. */
export interface Ok<T> {
  readonly tag: "ok";
  readonly val: T;
}

/** A failure. */
export interface Err<E> {
  readonly tag: "err";
  readonly val: E;
}

/** What a WIT `result<T, E>` is in TypeScript: a success with a value, or a failure with an error. `_` is `void`. */
export type Result<T, E> = Ok<T> | Err<E>;

/**
 * Makes a success: without a value, as of `result<_, E>`, or with one.
 *
 * Its type is a whole `Result`, not `Ok`, so that the compiler takes the type of the value from the place where the
 * result goes: `return ok({ family: "ipv4" })` fits where the field is a union of literals.
 *
 * @returns a new object, which is the caller's.
 */
export function ok(): Result<void, never>;
/**
 * Makes a success with a value.
 *
 * @param val - the value.
 * @returns a new object, which is the caller's.
 */
export function ok<T>(val: T): Result<T, never>;
export function ok<T>(val?: T): Result<T | undefined, never> {
  return { tag: "ok", val };
}

/**
 * Makes a failure: without an error, as of `result<T, _>`, or with one. A literal error, or the tag of a variant, keeps its
 * literal type.
 *
 * @returns a new object, which is the caller's.
 */
export function err(): Result<never, void>;
/**
 * Makes a failure with a literal error, whose type stays literal.
 *
 * @param val - the error.
 * @returns a new object, which is the caller's.
 */
export function err<E extends string | number | bigint | boolean>(
  val: E,
): Result<never, E>;
/**
 * Makes a failure with a case of a variant, whose tag stays literal.
 *
 * @param val - the error.
 * @returns a new object, which is the caller's.
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- `Tag` is what keeps the tag a literal
export function err<Tag extends string, E extends { readonly tag: Tag }>(
  val: E,
): Result<never, E>;
/**
 * Makes a failure with an error of any type.
 *
 * @param val - the error.
 * @returns a new object, which is the caller's.
 */
export function err<E>(val: E): Result<never, E>;
export function err<E>(val?: E): Result<never, E | undefined> {
  return { tag: "err", val };
}

/**
 * Whether a result is a success.
 *
 * @param result - what a function of a contract returned.
 * @returns whether it is one; the compiler knows its type from then on.
 */
export function isOk<T, E>(result: Result<T, E>): result is Ok<T> {
  return result.tag === "ok";
}

/**
 * Whether a result is a failure.
 *
 * @param result - what a function of a contract returned.
 * @returns whether it is one; the compiler knows its type from then on.
 */
export function isErr<T, E>(result: Result<T, E>): result is Err<E> {
  return result.tag === "err";
}

/**
 * The value of a success.
 *
 * @param result - a result that should be a success.
 * @returns its value.
 * @throws WitError - with the error as its own property `payload`, if the result is a failure, and with its cause, if one was
 * noted. Its stack begins at the caller.
 */
export function unwrap<T, E>(result: Result<T, E>): T {
  if (result.tag === "ok") return result.val;
  throw new WitError(result.val, { cause: causeOf(result), until: unwrap });
}

/**
 * The error of a failure.
 *
 * @param result - a result that should be a failure.
 * @returns its error.
 * @throws TypeError - if the result is a success.
 */
export function unwrapErr<T, E>(result: Result<T, E>): E {
  if (result.tag === "err") return result.val;
  throw new TypeError("the result is a success, where a failure was expected");
}

/**
 * The value of a success, or `fallback`.
 *
 * @param result - any result.
 * @param fallback - what to take in place of a failure.
 * @returns the value, or the fallback.
 */
export function unwrapOr<T, E, F>(result: Result<T, E>, fallback: F): T | F {
  return result.tag === "ok" ? result.val : fallback;
}

/**
 * Changes the value of a success. A failure is returned as it is: the very same object.
 *
 * @param result - any result.
 * @param change - makes the new value; what it throws is thrown.
 * @returns a new success, or the failure that was given.
 */
export function map<T, E, U>(
  result: Result<T, E>,
  change: (val: T) => U,
): Result<U, E> {
  return result.tag === "ok" ? { tag: "ok", val: change(result.val) } : result;
}

/**
 * Changes the error of a failure. A success is returned as it is: the very same object.
 *
 * @param result - any result.
 * @param change - makes the new error; what it throws is thrown.
 * @returns a new failure, or the success that was given.
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
 * Goes on with the value of a success, by something that can fail itself. A failure is returned as it is.
 *
 * @param result - any result.
 * @param next - is called with the value of a success; what it throws is thrown.
 * @returns what `next` returned, or the failure that was given.
 */
export function andThen<T, E, U, F>(
  result: Result<T, E>,
  next: (val: T) => Result<U, F>,
): Result<U, E | F> {
  return result.tag === "ok" ? next(result.val) : result;
}

/**
 * Calls the handler of what the result is, and returns what it returns.
 *
 * @param result - any result.
 * @param handlers - one for a success, and one for a failure.
 * @returns what the handler returned.
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

/** The values of the successes, in the order and the types of the results they come from. */
export type OkValues<R extends readonly Result<unknown, unknown>[]> = {
  -readonly [K in keyof R]: R[K] extends Result<infer T, unknown> ? T : never;
};

/** The errors that one of the results may be. */
export type ErrValue<R extends Result<unknown, unknown>> =
  R extends Err<infer E> ? E : never;

/**
 * Turns many results into one: a success with every value, in order, or the first failure, the very same object. What
 * comes after the first failure is not looked at.
 *
 * @param results - a tuple, which keeps the type of each, or anything that can be gone through.
 * @returns a new success with a list, or the failure that was given.
 */
export function collect<const R extends readonly Result<unknown, unknown>[]>(
  results: R,
): Result<OkValues<R>, ErrValue<R[number]>>;
/**
 * Turns many results into one: a success with every value, in order, or the first failure, the very same object.
 *
 * @param results - anything that can be gone through; what comes after the first failure is not looked at.
 * @returns a new success with a list, or the failure that was given.
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
