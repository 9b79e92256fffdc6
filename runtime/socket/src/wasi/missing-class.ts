/**
 * componentize-js, up to 0.22 at least, writes no class for a resource without functions, such as `network`, and refers to it all
 * the same: whoever is handed one gets a `ReferenceError`. jco mends it by giving the resource a function in its copy of
 * the WIT; such a component starts on no host but jco's own, so it is mended here instead.
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

/** The bindings have a global object of their own, and nothing leads there but what they throw. */
function declare(name: string, error: object): void {
  const ErrorThere = error.constructor;
  const FunctionThere = ErrorThere.constructor as FunctionConstructor;
  // The code is fixed; the name is no more than that of a property.
  const define = FunctionThere("name", "globalThis[name] = class {};") as (
    name: string,
  ) => void;
  define(name);
}
