/**
 * Adapts jco's module of a component in `sync` mode to engines that cannot suspend WebAssembly. Some toolchains import
 * the Preview 3 functions for waiting, which jco wraps in `WebAssembly.Suspending` even if they are never called.
 * Without that class, no instance could be created.
 *
 * @param code - the module that jco generated; returned unchanged if it does not use the class.
 */
export function withoutSuspending(code: string): string {
  const replaced = code.replaceAll(
    /\bnew WebAssembly\.Suspending\(/g,
    "new SuspendingOrNot(",
  );
  return replaced === code ? code : `${replaced}\n${standIn}`;
}

const standIn = `/** Where the engine cannot suspend WebAssembly, what does not wait is called all the same. Added by wit2ts. */
function SuspendingOrNot(call) {
  if (WebAssembly.Suspending) return new WebAssembly.Suspending(call);
  return (...args) => {
    const value = call(...args);
    if (typeof value?.then !== "function") return value;
    Promise.resolve(value).catch(() => {});
    throw new WebAssembly.RuntimeError("the component waits, which needs an engine that suspends WebAssembly (JSPI): Node 24.20 or later");
  };
}
`;
