import type { CoreType } from "./flatten.js";
import type { GuestMemory } from "./guest-memory.js";

/** A core value as the engine hands it over: an i64 is a bigint. */
export type CoreValue = number | bigint;

/**
 * How values of a WIT type go in and out of a component, as the component model's CanonicalABI.md says (`load`, `store`,
 * `lift_flat`, `lower_flat`). The JavaScript values are those of jco, and no more picky than jco is: what does not
 * fit is made to fit, and what cannot be is a `TypeError`. What a component has no right to do is a trap.
 */
export interface ValueAbi {
  /** In memory, in bytes. */
  readonly size: number;
  readonly align: number;
  readonly flat: readonly CoreType[];
  load(memory: GuestMemory, at: number): unknown;
  store(memory: GuestMemory, at: number, value: unknown): void;
  /** @param at - the index of the first of the core values that stand for the value. */
  lift(memory: GuestMemory, flat: readonly CoreValue[], at: number): unknown;
  /** Only where {@link flat} is a single core value. */
  lower(value: unknown): CoreValue;
}

/** The next place from `at` on where values of that alignment may begin. */
export function alignTo(at: number, align: number): number {
  return Math.ceil(at / align) * align;
}

/** Numbers without a sign of 1, 2 or 4 bytes. */
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
