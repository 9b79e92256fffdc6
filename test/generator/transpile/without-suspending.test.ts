import { describe, expect, it } from "vitest";
import { withoutSuspending } from "../../../generator/src/transpile/without-suspending.js";

/** Runs a module's code with `engine` in place of `WebAssembly`. */
function evaluate(code: string, engine: object): (value: unknown) => unknown {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the function under test returns code
  const run = new Function("WebAssembly", withoutSuspending(code)) as (
    engine: object,
  ) => (value: unknown) => unknown;
  return run(engine);
}

class RuntimeError extends Error {}
const code = "return new WebAssembly.Suspending((value) => value);";

describe("a module that withoutSuspending has changed", () => {
  it("calls imports that do not wait on an engine without JSPI", () => {
    const call = evaluate(code, { RuntimeError });
    expect(call(5)).toBe(5);
    expect(call(undefined)).toBeUndefined();
    const object = { then: 1 };
    expect(call(object)).toBe(object);
  });

  it("throws an error that names the required Node version if an import waits on an engine without JSPI", () => {
    const call = evaluate(code, { RuntimeError });
    expect(() =>
      call(Promise.reject(new Error("nobody hears of this"))),
    ).toThrow(RuntimeError);
    expect(() => call(Promise.resolve())).toThrow("Node 24.20 or later");
  });

  it("uses WebAssembly.Suspending on an engine with JSPI", () => {
    class Suspending {
      readonly call: unknown;
      constructor(call: unknown) {
        this.call = call;
      }
    }
    expect(evaluate(code, { Suspending, RuntimeError })).toBeInstanceOf(
      Suspending,
    );
  });

  it("has unchanged code if it suspends nothing", () => {
    const plain = "const wait = WebAssembly.promising;\n";
    expect(withoutSuspending(plain)).toBe(plain);
  });
});
