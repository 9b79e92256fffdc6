import type { TypeReference } from "../model/model.js";
import { primitives, type Kind } from "../syntax/kind.js";

/**
 * A reference to a type, as one number: the id of a type, a primitive, a type whose gate is closed, or one of the two below.
 * In the model a reference is a {@link TypeReference}.
 */
export type Reference = number;

/** Stands for a type that could not be resolved; the reason has been reported, and what refers to it is silent. */
export const unresolved: Reference = -1;

/** Where a type may be missing, and is: the `ok` of a `result`, a case without a type. */
export const absent: Reference = -2;

/** Primitives are this, and less by what their kind is. */
const firstPrimitive = -16;

/** References from here on are to types whose gate is closed: they have no place in the model. */
export const firstClosed = 2 ** 25;

/** Whether a reference is to a type whose gate is closed. */
export function isClosed(reference: Reference): boolean {
  return reference >= firstClosed;
}

/** The reference to a primitive. */
export function primitiveReference(kind: Kind): Reference {
  return firstPrimitive - kind;
}

/** A reference as the model has it. */
export function typeReference(reference: Reference): TypeReference {
  return reference <= firstPrimitive
    ? (primitives[firstPrimitive - reference] ?? "bool")
    : reference;
}

/** A reference that may be {@link absent} as the model has it. */
export function optionalReference(reference: Reference): TypeReference | null {
  return reference === absent ? null : typeReference(reference);
}
