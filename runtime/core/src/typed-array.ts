import type { TypeDescriptor } from "./descriptor.js";
import { resolveType, type TypeScope } from "./resolve-type.js";

/** The class of the typed array that a list of numbers is, by the type of its elements. */
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

/** The class that a list of these elements is of, or undefined where it is a plain array. */
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
 * A list of numbers as its typed array: itself, or a copy of a plain array, which jco takes as well, or of one from another
 * realm; undefined for anything else, typed arrays of other numbers included.
 */
export function asTypedArray(
  TypedArray: TypedArrayClass,
  value: unknown,
): (ArrayBufferView & { readonly length: number }) | undefined {
  if (value instanceof TypedArray) return value;
  // The numbers' own type is told by the constructor, which takes one of the two.
  if (Array.isArray(value) || isCalled(TypedArray.name, value))
    return new TypedArray(value as never);
  return undefined;
}

/** Whether a view is of the class of that name, in whichever realm. */
function isCalled(name: string, value: unknown): boolean {
  return (
    ArrayBuffer.isView(value) && Reflect.get(value, Symbol.toStringTag) === name
  );
}
