/**
 * jco's module of a component that blocks, for engines that cannot suspend WebAssembly. Some toolchains import what Preview 3 has for
 * waiting, which jco wraps in `WebAssembly.Suspending` whether it is ever called or not, and without that class no instance can be made.
 *
 * @param code - what jco wrote; returned as it is where it does not mention the class.
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
