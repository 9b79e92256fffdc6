import type { TypeReference } from "../model/model.js";
import { primitives, type Kind } from "../syntax/kind.js";

/**
 * A reference to a type, as a number: the id of a type, a primitive, a type whose gate is closed, {@link unresolved} or
 * {@link absent}. The model uses {@link TypeReference} instead.
 */
export type Reference = number;

/**
 * A type that could not be resolved. The reason has been reported, and uses of this reference report no further errors.
 */
export const unresolved: Reference = -1;

/** No type, where a type is optional: the `ok` of a `result`, the payload of a case. */
export const absent: Reference = -2;

/** The reference to a primitive is this number minus its {@link Kind}. */
const firstPrimitive = -16;

/** The first reference to a type whose gate is closed. Such types are not in the model. */
export const firstClosed = 2 ** 25;

/** Whether a reference is to a type whose gate is closed. */
export function isClosed(reference: Reference): boolean {
  return reference >= firstClosed;
}

/** Returns the reference to a primitive. */
export function primitiveReference(kind: Kind): Reference {
  return firstPrimitive - kind;
}

/** Converts a reference to that of the model. */
export function typeReference(reference: Reference): TypeReference {
  return reference <= firstPrimitive
    ? (primitives[firstPrimitive - reference] ?? "bool")
    : reference;
}

/** Converts a reference that may be {@link absent} to that of the model. */
export function optionalReference(reference: Reference): TypeReference | null {
  return reference === absent ? null : typeReference(reference);
}
