import type { PrimitiveDescriptor } from "../../descriptor.js";
import { showValue } from "../../show-value.js";
import { unsigned, type CoreValue, type ValueAbi } from "./abi.js";
import type { CoreType } from "./flatten.js";
import { trap } from "./guest-memory.js";

/** Returns the ABI of a primitive type, or `undefined` for `error-context`, which is not plain data. */
export function primitiveAbi(type: PrimitiveDescriptor): ValueAbi | undefined {
  return type === "error-context" ? undefined : primitives[type];
}

/** The ABI of a type whose values are single core values. */
interface Scalar {
  readonly size: 1 | 2 | 4 | 8;
  readonly flat: CoreType;
  readonly load: (view: DataView, at: number) => unknown;
  readonly store: (view: DataView, at: number, value: unknown) => void;
  readonly lift: (core: CoreValue) => unknown;
  readonly lower: (value: unknown) => CoreValue;
}

function scalar({ size, flat, load, store, lift, lower }: Scalar): ValueAbi {
  return {
    size,
    align: size,
    flat: [flat],
    load: (memory, at) => load(memory.view, at),
    store(memory, at, value) {
      store(memory.view, at, value);
    },
    lift: (_, values, at) => lift(values[at] as CoreValue),
    lower,
  };
}

/**
 * Creates the ABI of integers of up to 32 bits.
 *
 * @param fit - wraps a number to the range of the type, as JavaScript's integer conversions do.
 */
function integer(
  size: 1 | 2 | 4,
  load: Scalar["load"],
  fit: (value: number) => number,
): ValueAbi {
  const { store } = unsigned(size);
  return scalar({
    size,
    flat: "i32",
    load,
    store: (view, at, value) => {
      store(view, at, Number(value));
    },
    lift: (core) => fit(core as number),
    lower: (value) => fit(Number(value)),
  });
}

function bigint(
  load: Scalar["load"],
  fit: (value: bigint) => bigint,
): ValueAbi {
  const toBigint = (value: unknown): bigint => {
    if (typeof value === "bigint") return value;
    try {
      return BigInt(value as number);
    } catch (cause) {
      // A `RangeError` for a number, a `SyntaxError` for a string.
      throw new TypeError(`expected a bigint, got ${showValue(value)}`, {
        cause,
      });
    }
  };
  return scalar({
    size: 8,
    flat: "i64",
    load,
    store: (view, at, value) => {
      view.setBigUint64(at, BigInt.asUintN(64, toBigint(value)), true);
    },
    lift: (core) => fit(core as bigint),
    lower: (value) => fit(toBigint(value)),
  });
}

/** Implements `convert_i32_to_char` of CanonicalABI.md. */
function toChar(code: number): string {
  if (code >= 0x11_0000 || (code >= 0xd800 && code < 0xe000))
    throw trap(`${code} is no character`);
  return String.fromCodePoint(code);
}

/** Returns the code point of the first character. A lone surrogate becomes U+FFFD, as in strings. */
function fromChar(value: unknown): number {
  const code = typeof value === "string" ? value.codePointAt(0) : undefined;
  if (code === undefined)
    throw new TypeError(`expected a character, got ${showValue(value)}`);
  return code >= 0xd800 && code < 0xe000 ? 0xfffd : code;
}

const primitives: Readonly<
  Record<Exclude<PrimitiveDescriptor, "error-context">, ValueAbi>
> = {
  bool: scalar({
    size: 1,
    flat: "i32",
    load: (view, at) => view.getUint8(at) !== 0,
    store: (view, at, value) => {
      view.setUint8(at, value ? 1 : 0);
    },
    lift: (core) => core !== 0,
    lower: (value) => (value ? 1 : 0),
  }),
  u8: integer(
    1,
    (view, at) => view.getUint8(at),
    (value) => value & 0xff,
  ),
  s8: integer(
    1,
    (view, at) => view.getInt8(at),
    (value) => (value << 24) >> 24,
  ),
  u16: integer(
    2,
    (view, at) => view.getUint16(at, true),
    (value) => value & 0xffff,
  ),
  s16: integer(
    2,
    (view, at) => view.getInt16(at, true),
    (value) => (value << 16) >> 16,
  ),
  u32: integer(
    4,
    (view, at) => view.getUint32(at, true),
    (value) => value >>> 0,
  ),
  s32: integer(
    4,
    (view, at) => view.getInt32(at, true),
    (value) => value | 0,
  ),
  u64: bigint(
    (view, at) => view.getBigUint64(at, true),
    (value) => BigInt.asUintN(64, value),
  ),
  s64: bigint(
    (view, at) => view.getBigInt64(at, true),
    (value) => BigInt.asIntN(64, value),
  ),
  f32: scalar({
    size: 4,
    flat: "f32",
    load: (view, at) => view.getFloat32(at, true),
    store: (view, at, value) => {
      view.setFloat32(at, Number(value), true);
    },
    lift: (core) => core,
    lower: Number,
  }),
  f64: scalar({
    size: 8,
    flat: "f64",
    load: (view, at) => view.getFloat64(at, true),
    store: (view, at, value) => {
      view.setFloat64(at, Number(value), true);
    },
    lift: (core) => core,
    lower: Number,
  }),
  char: scalar({
    size: 4,
    flat: "i32",
    load: (view, at) => toChar(view.getUint32(at, true)),
    store: (view, at, value) => {
      view.setUint32(at, fromChar(value), true);
    },
    lift: (core) => toChar((core as number) >>> 0),
    lower: fromChar,
  }),
  string: {
    size: 8,
    align: 4,
    flat: ["i32", "i32"],
    load: (memory, at) => {
      const { view } = memory;
      return memory.loadString(
        view.getUint32(at, true),
        view.getUint32(at + 4, true),
      );
    },
    store(memory, at, value) {
      memory.storeString(at, String(value));
    },
    lift: (memory, flat, at) =>
      memory.loadString(
        (flat[at] as number) >>> 0,
        (flat[at + 1] as number) >>> 0,
      ),
    lower: unreachable,
  },
};

/** The `lower` of types whose values are several core values. */
export function unreachable(): never {
  throw new Error("a value of several core values was lowered to one");
}
