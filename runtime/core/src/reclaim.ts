/**
 * The key of a function that an implementation of an interface may have. Where its functions are bound to a component directly, it is
 * given what they have returned (a `Result` as it is) once that is copied into the component's memory, so that the
 * implementation can use its own memory again. It is not called where the copying failed, so nothing may depend on it.
 */
export const reclaim: unique symbol = Symbol.for("@wit2ts/runtime#reclaim");
