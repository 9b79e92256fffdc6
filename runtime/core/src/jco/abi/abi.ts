import type { CoreType } from "./flatten.js";
import type { GuestMemory } from "./guest-memory.js";

/** A core value in the JavaScript API of WebAssembly: an i64 is a bigint. */
export type CoreValue = number | bigint;

/**
 * The canonical ABI of a WIT type: how its values are lifted from a component and lowered into it, as specified by
 * `load`, `store`, `lift_flat` and `lower_flat` in the component model's CanonicalABI.md. The JavaScript values are
 * those of jco, and the conversions are as lenient as jco's: values are coerced if possible, otherwise a `TypeError` is
 * thrown. A component that violates the ABI traps.
 */
export interface ValueAbi {
  /** The size in memory, in bytes. */
  readonly size: number;
  readonly align: number;
  readonly flat: readonly CoreType[];
  load(memory: GuestMemory, at: number): unknown;
  store(memory: GuestMemory, at: number, value: unknown): void;
  /** @param at - the index in `flat` of the first core value that represents the value. */
  lift(memory: GuestMemory, flat: readonly CoreValue[], at: number): unknown;
  /** Must be called only if {@link flat} is a single core value. */
  lower(value: unknown): CoreValue;
}

/** Rounds an offset up to a multiple of the alignment. */
export function alignTo(at: number, align: number): number {
  return Math.ceil(at / align) * align;
}

/** Returns the accessors of unsigned little-endian integers of 1, 2 or 4 bytes. */
export function unsigned(size: 1 | 2 | 4): {
  readonly load: (view: DataView, at: number) => number;
  readonly store: (view: DataView, at: number, value: number) => void;
} {
  switch (size) {
    case 1:
      return {
        load: (view, at) => view.getUint8(at),
        store: (view, at, value) => {
          view.setUint8(at, value);
        },
      };
    case 2:
      return {
        load: (view, at) => view.getUint16(at, true),
        store: (view, at, value) => {
          view.setUint16(at, value, true);
        },
      };
    case 4:
      return {
        load: (view, at) => view.getUint32(at, true),
        store: (view, at, value) => {
          view.setUint32(at, value, true);
        },
      };
  }
}
