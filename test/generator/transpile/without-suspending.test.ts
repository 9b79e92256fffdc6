import { describe, expect, it } from "vitest";
import { withoutSuspending } from "../../../generator/src/transpile/without-suspending.js";

/** Runs a module's code with a `WebAssembly` of the test's own. */
function evaluate(code: string, engine: object): (value: unknown) => unknown {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the code is what the function under test makes
  const run = new Function("WebAssembly", withoutSuspending(code)) as (
    engine: object,
  ) => (value: unknown) => unknown;
  return run(engine);
}

class RuntimeError extends Error {}
const code = "return new WebAssembly.Suspending((value) => value);";

describe("jco's module on an engine without JSPI", () => {
  it("calls what does not wait", () => {
    const call = evaluate(code, { RuntimeError });
    expect(call(5)).toBe(5);
    expect(call(undefined)).toBeUndefined();
    const object = { then: 1 };
    expect(call(object)).toBe(object);
  });

  it("says what waiting needs", () => {
    const call = evaluate(code, { RuntimeError });
    expect(() =>
      call(Promise.reject(new Error("nobody hears of this"))),
    ).toThrow(RuntimeError);
    expect(() => call(Promise.resolve())).toThrow("Node 24.20 or later");
  });

  it("is suspended where the engine can", () => {
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

  it("is as it was where it suspends nothing", () => {
    const plain = "const wait = WebAssembly.promising;\n";
    expect(withoutSuspending(plain)).toBe(plain);
  });
});
