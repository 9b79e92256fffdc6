/** Between the `u64` lengths of the WIT, which are big integers, and the numbers that everything else counts with. */
import { ok, type Result } from "@wit2ts/runtime";
import { isU64 } from "./arguments.js";

/**
 * Reads a `u64` length; `undefined` for what is none. One beyond what numbers can tell apart becomes the largest that
 * they can: no buffer is that large.
 */
export function readLength(value: unknown): number | undefined {
  if (typeof value !== "bigint") return undefined;
  const length = Number(value);
  // Numbers compare much faster than big integers, so only what is far too large is looked at twice.
  if (length >= 0 && length <= Number.MAX_SAFE_INTEGER) return length;
  return isU64(value) ? Number.MAX_SAFE_INTEGER : undefined;
}

/** From here on the bytes themselves cost more than the counting. */
const mostKept = 4_096;
const kept: (Result<bigint, never> | undefined)[] = new Array<undefined>(
  mostKept,
).fill(undefined);

/**
 * The success of a call that sent so many bytes. The engine takes its time to make a big integer, so the results of short
 * messages are made once, and frozen, since many callers get them.
 */
export function sentBytes(length: number): Result<bigint, never> {
  return length < mostKept
    ? (kept[length] ??= Object.freeze(ok(BigInt(length))))
    : ok(BigInt(length));
}
