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

/** Makes a success. */
export function ok(): Ok<void>;
export function ok<T>(val: T): Ok<T>;
export function ok<T>(val?: T): Ok<T | undefined> {
  return { tag: "ok", val };
}

/** Makes a failure. */
export function err(): Err<void>;
export function err<const E>(val: E): Err<E>;
export function err<E>(val?: E): Err<E | undefined> {
  return { tag: "err", val };
}
