import type { FlagDescriptor } from "../../descriptor.js";
import { unsigned, type ValueAbi } from "./abi.js";

/** Creates the ABI of a `flags` type, which has at most 32 flags in WIT. */
export function flagsAbi(flags: readonly FlagDescriptor[]): ValueAbi {
  const size = flags.length <= 8 ? 1 : flags.length <= 16 ? 2 : 4;
  const toObject = (bits: number): Record<string, boolean> => {
    const set: Record<string, boolean> = {};
    for (const [bit, { key }] of flags.entries())
      set[key] = ((bits >>> bit) & 1) === 1;
    return set;
  };
  const toBits = (value: unknown): number => {
    if (value === null || typeof value !== "object")
      throw new TypeError(`expected flags, got ${typeof value}`);
    let bits = 0;
    for (const [bit, { key }] of flags.entries())
      if ((value as Record<string, unknown>)[key]) bits |= 1 << bit;
    return bits;
  };
  const { load, store } = unsigned(size);
  return {
    size,
    align: size,
    flat: ["i32"],
    load: (memory, at) => toObject(load(memory.view, at)),
    store(memory, at, value) {
      store(memory.view, at, toBits(value));
    },
    lift: (_, flat, at) => toObject(flat[at] as number),
    lower: toBits,
  };
}
