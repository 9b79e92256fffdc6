import type { TypeDescriptor } from "./descriptor.js";
import { resolveType, type TypeScope } from "./resolve-type.js";

/** The typed array classes that represent lists of numbers, keyed by element type. */
export const typedArrays: {
  readonly u8: Uint8ArrayConstructor;
  readonly s8: Int8ArrayConstructor;
  readonly u16: Uint16ArrayConstructor;
  readonly s16: Int16ArrayConstructor;
  readonly u32: Uint32ArrayConstructor;
  readonly s32: Int32ArrayConstructor;
  readonly u64: BigUint64ArrayConstructor;
  readonly s64: BigInt64ArrayConstructor;
  readonly f32: Float32ArrayConstructor;
  readonly f64: Float64ArrayConstructor;
} = {
  u8: Uint8Array,
  s8: Int8Array,
  u16: Uint16Array,
  s16: Int16Array,
  u32: Uint32Array,
  s32: Int32Array,
  u64: BigUint64Array,
  s64: BigInt64Array,
  f32: Float32Array,
  f64: Float64Array,
};

/** The class of a typed array. */
export type TypedArrayClass = (typeof typedArrays)[keyof typeof typedArrays];

/** Returns the typed array class of a list of these elements, or `undefined` if the list is a plain array. */
export function typedArrayOf(
  scope: TypeScope,
  element: TypeDescriptor,
): TypedArrayClass | undefined {
  const { type } = resolveType(scope, element);
  return typeof type === "string" && Object.hasOwn(typedArrays, type)
    ? typedArrays[type as keyof typeof typedArrays]
    : undefined;
}

/**
 * Returns a list of numbers as its typed array: the value itself, or a copy of a plain array, which jco accepts as
 * well, or of a typed array from another realm. Returns `undefined` for anything else, including typed arrays of
 * another class.
 */
export function asTypedArray(
  TypedArray: TypedArrayClass,
  value: unknown,
): (ArrayBufferView & { readonly length: number }) | undefined {
  if (value instanceof TypedArray) return value;
  // The elements need no check: the constructor rejects numbers where it needs bigints, and vice versa.
  if (Array.isArray(value) || isCalled(TypedArray.name, value))
    return new TypedArray(value as never);
  return undefined;
}

/** Whether a value is a typed array of the named class, of any realm. */
function isCalled(name: string, value: unknown): boolean {
  return (
    ArrayBuffer.isView(value) && Reflect.get(value, Symbol.toStringTag) === name
  );
}
