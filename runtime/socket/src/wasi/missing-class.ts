/**
 * A workaround for componentize-js. At least up to 0.22, it generates no class for a resource without functions, such as
 * `network`, but still refers to that class. A call that returns such a resource throws a `ReferenceError`. jco avoids that
 * by adding a function to the resource in its copy of the WIT; but a component with that WIT starts only on jco's own host.
 * This module defines the missing class instead.
 */

/** Calls a function that returns such a resource. */
export function withMissingClass<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    const name = missingName(error);
    if (name === undefined) throw error;
    declare(name, error as object);
    return call();
  }
}

function missingName(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("message" in error))
    return undefined;
  return /^(import_\S+) is not defined$/.exec(String(error.message))?.[1];
}

/** Defines a class in the realm of the bindings. That realm has its own global object, reachable only through its errors. */
function declare(name: string, error: object): void {
  const ErrorThere = error.constructor;
  const FunctionThere = ErrorThere.constructor as FunctionConstructor;
  // The code is constant. The name is only used as the name of a property.
  const define = FunctionThere("name", "globalThis[name] = class {};") as (
    name: string,
  ) => void;
  define(name);
}
