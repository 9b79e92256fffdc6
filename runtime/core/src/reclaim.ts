/**
 * The key of an optional own property of an implementation of an interface: a function that returns memory to the
 * implementation.
 *
 * The function is called where the functions of the interface are bound to a component directly. It receives what
 * such a function returned, a `Result` unchanged, after the value was copied into the component's memory. The
 * implementation can then reuse its own memory. The function is not called if the copy failed, so nothing may depend
 * on it.
 */
export const reclaim: unique symbol = Symbol.for("@wit2ts/runtime#reclaim");
