import { createContext, runInContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { withMissingClass } from "../../../../runtime/socket/src/wasi/missing-class.js";

/** A function of bindings that have their own global object. */
function binding(code: string): () => unknown {
  return runInContext(code, createContext()) as () => unknown;
}

describe("a class that the bindings lack", () => {
  it("is defined in their global scope, and the call is repeated", () => {
    const name = "import_network_0_2_12$Network";
    const call = binding(`() => Object.create(${name}.prototype)`);
    expect(() => call()).toThrow(`${name} is not defined`);
    expect(withMissingClass(call)).toBeTypeOf("object");
    // The class stays defined.
    expect(call()).toBeTypeOf("object");
    expect(name in globalThis).toBe(false);
  });

  it("is not defined after any other error", () => {
    for (const code of [
      "() => somethingElse",
      "() => { throw new Error('import_x is not defined, they say') }",
      "() => { throw 'would-block' }",
      "() => { throw null }",
      "() => { throw { message: 'import_x failed' } }",
    ]) {
      const call = binding(code);
      let calls = 0;
      expect(() =>
        withMissingClass(() => {
          calls += 1;
          return call();
        }),
      ).toThrow();
      expect(calls).toBe(1);
    }
  });

  it("does not affect a call that succeeds", () => {
    expect(withMissingClass(() => 7)).toBe(7);
  });
});
