import {
  err,
  ok,
  type InterfaceDescriptor,
  type Result,
} from "@wit2ts/runtime";
import { fromJcoExports } from "@wit2ts/runtime/jco";
import { describe, expect, it } from "vitest";
import {
  hasJspi,
  loadComponent,
  type Mode,
} from "../../../support/component/build.js";

interface Risky {
  fine(): number;
  trap(): number;
  fail(code: number): Result<number, number>;
}
interface AsyncRisky {
  fine(): Promise<number>;
  trap(): Promise<number>;
  fail(code: number): Promise<Result<number, number>>;
}
const Risky: InterfaceDescriptor<{ sync: Risky; async: AsyncRisky }> = {
  kind: "interface",
  name: "test:trap/risky",
  types: {},
  functions: {
    fine: { name: "fine", parameters: [], result: "u32" },
    trap: { name: "trap", parameters: [], result: "u32" },
    fail: {
      name: "fail",
      parameters: [{ name: "code", type: "u32" }],
      result: "result<u32, u32>",
    },
  },
};
const source = {
  wit: `package test:trap;
    interface risky { fine: func() -> u32; trap: func() -> u32; fail: func(code: u32) -> result<u32, u32>; }
    world w { export risky; }`,
  world: "w",
  wat: `(module
    (memory (export "memory") 1)
    (func (export "test:trap/risky#fine") (result i32) (i32.const 5))
    (func (export "test:trap/risky#trap") (result i32) unreachable)
    (func (export "test:trap/risky#fail") (param i32) (result i32)
      (i32.store8 (i32.const 0) (i32.ne (local.get 0) (i32.const 0)))
      (i32.store (i32.const 4) (local.get 0))
      (i32.const 0)))`,
};
const modes: readonly Mode[] = hasJspi ? ["sync", "jspi"] : ["sync"];

describe.each(modes)("a component, %s,", (mode) => {
  async function component(jco = {}): Promise<AsyncRisky> {
    const load = await loadComponent(source, {
      mode,
      asyncExports: ["fine", "trap", "fail"].map(
        (name) => `test:trap/risky#${name}`,
      ),
      jco,
    });
    const exports = await load(undefined, {});
    // With the asynchronous contract, synchronous exports return promises, too.
    return fromJcoExports(Risky, exports["test:trap/risky"] as object, {
      async: true,
    });
  }

  it("that traps rejects the call, and cannot be entered again", async () => {
    const risky = await component();
    expect(await risky.fine()).toBe(5);
    await expect(risky.trap()).rejects.toThrow("unreachable");
    await expect(risky.fine()).rejects.toThrow(
      "cannot enter component instance",
    );
  });

  it("that traps rejects waiting calls, too", async () => {
    const risky = await component();
    const outcomes = await Promise.allSettled([risky.trap(), risky.fine()]);
    expect(outcomes.map(({ status }) => status)).toStrictEqual([
      "rejected",
      "rejected",
    ]);
  });

  it.each([{}, { noComponentErrorWrapping: true }])(
    "returns errors, in whichever form jco throws them: %o",
    async (jco) => {
      const risky = await component(jco);
      expect(await risky.fail(0)).toStrictEqual(ok(0));
      expect(await risky.fail(7)).toStrictEqual(err(7));
    },
  );
});

// Requires an engine that supports JSPI.
describe.runIf(hasJspi)(
  "the synchronous contract of a suspended component",
  () => {
    it("is rejected with a suggestion", async () => {
      const load = await loadComponent(source, {
        mode: "jspi",
        asyncExports: ["test:trap/risky#fine"],
      });
      const exports = await load(undefined, {});
      const risky = fromJcoExports(Risky, exports["test:trap/risky"] as object);
      expect(() => risky.fine()).toThrow("pass the option `async: true`");
    });
  },
);
