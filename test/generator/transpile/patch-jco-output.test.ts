import { Script } from "node:vm";
import { expect, it } from "vitest";
import { patchJcoOutput } from "../../../generator/src/transpile/patch-jco-output.js";

it("does not change code without known defects of jco", () => {
  const code = `class R$1{}
  R$1.make = function make(arg0) {
    const started = task.enterSync();
  };
  R$1.prototype.get = async function get() {
    const started = await task.enter();
  };
  let i = 0;
  for (const value of entries1) {}
  let gen = (function* _initGenerator () {})();
  return gen.next();
`;
  expect(patchJcoOutput(code)).toBe(code);
});

it("adds `async` to static functions that contain `await`, and to no others", () => {
  expect(
    patchJcoOutput(`  R$1.now = function now(arg0) {
    const started = task.enterSync();
  };
  R$1.later = function later(arg0) {
    task.prepare();
    const started = await task.enter();
  };
`),
  ).toBe(`  R$1.now = function now(arg0) {
    const started = task.enterSync();
  };
  R$1.later = async function later(arg0) {
    task.prepare();
    const started = await task.enter();
  };
`);
});

it("moves jco's variables at the end into a block, so that they do not collide with imports", () => {
  const code = `  const { resolve } = imports.one;
  let gen = (function* _initGenerator () {
    yield resolve;
  })();
  let promise, resolve, reject;
  function runNext (value) {
    ({ value, done } = gen.next(value));
  }
  return promise || maybeSyncReturn;
};
`;
  expect(patchJcoOutput(code)).toBe(`  const { resolve } = imports.one;
  let gen$ = (function* _initGenerator () {
    yield resolve;
  })();
{
  let promise, resolve, reject;
  function runNext (value) {
    ({ value, done } = gen$.next(value));
  }
  return promise || maybeSyncReturn;
}
};
`);
});

it("replaces an invalid object literal in a debug log", () => {
  expect(patchJcoOutput("_debugLog('no Promise', { array0[1]});")).toBe(
    "_debugLog('no Promise', { element: array0[1] });",
  );
});

it("converts the result of an async func to a core value", () => {
  const code =
    patchJcoOutput(`function wait(subtask, hasResultPointer, resultLowerFns, componentIdx, stringEncoding, resolve) {
  resolve(subtask.getResult());
}
`);
  const wait = new Script(`${code}\nwait`).runInThisContext() as (
    ...args: unknown[]
  ) => void;
  const core = (result: unknown, hasPointer = false): unknown => {
    const seen: unknown[] = [];
    const lower = (context: {
      memory: { buffer: ArrayBuffer };
      vals: unknown[];
    }) => {
      seen.push(...context.vals);
      new DataView(context.memory.buffer).setUint16(0, 300, true);
    };
    let value: unknown;
    wait(
      { getResult: () => result },
      hasPointer,
      [lower],
      0,
      "utf8",
      (given: unknown) => {
        value = given;
      },
    );
    return seen.length === 0 ? value : [value, ...seen];
  };
  expect([5, -5n, true].map((value) => core(value))).toEqual([5, -5n, true]);
  expect(core({ only: [-1.5] })).toBe(-1.5);
  expect(core("good")).toEqual([300, "good"]);
  expect(core({ tag: "err" })).toEqual([300, { tag: "err" }]);
  expect(core({ a: true, b: false })).toEqual([300, { a: true, b: false }]);
  expect(core("good", true)).toBe("good");
});
