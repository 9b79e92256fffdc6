/** Converts between the `u64` lengths of the WIT interface, which are bigints, and the numbers used everywhere else. */
import { ok, type Result } from "@wit2ts/runtime";
import { isU64 } from "./arguments.js";

/**
 * Converts a `u64` length to a number. Returns `undefined` if the value is not a `u64`. A length above
 * `Number.MAX_SAFE_INTEGER` becomes that number, because no buffer is that large.
 */
export function readLength(value: unknown): number | undefined {
  if (typeof value !== "bigint") return undefined;
  const length = Number(value);
  // Numbers compare much faster than bigints, so only a value outside the safe range is also checked as a bigint.
  if (length >= 0 && length <= Number.MAX_SAFE_INTEGER) return length;
  return isU64(value) ? Number.MAX_SAFE_INTEGER : undefined;
}

/** Results for this length and above are not cached: sending that many bytes costs far more than creating a bigint. */
const cacheSize = 4_096;
const cachedResults: (Result<bigint, never> | undefined)[] =
  new Array<undefined>(cacheSize).fill(undefined);

/**
 * Returns the success of a call that sent `length` bytes. Creating a bigint is slow, so the results for short messages
 * are created once and cached. They are frozen because many callers share them.
 */
export function sentBytes(length: number): Result<bigint, never> {
  return length < cacheSize
    ? (cachedResults[length] ??= Object.freeze(ok(BigInt(length))))
    : ok(BigInt(length));
}
