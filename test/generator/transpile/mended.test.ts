import { expect, it } from "vitest";
import { mended } from "../../../generator/src/transpile/mended.js";

it("leaves code alone that has nothing to mend", () => {
  const code = `class R$1{}
  R$1.make = function make(arg0) {
    const started = task.enterSync();
  };
  R$1.prototype.get = async function get() {
    const started = await task.enter();
  };
  let i = 0;
  for (const value of entries1) {}
`;
  expect(mended(code)).toBe(code);
});

it("makes static functions asynchronous that wait, and no others", () => {
  expect(
    mended(`  R$1.now = function now(arg0) {
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

it("keeps the variables of its own end to that end", () => {
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
  expect(mended(code)).toBe(`  const { resolve } = imports.one;
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

it("logs what is no future", () => {
  expect(mended("_debugLog('no Promise', { array0[1]});")).toBe(
    "_debugLog('no Promise', { element: array0[1] });",
  );
});
