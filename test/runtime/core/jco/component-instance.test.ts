/** The state that the adapters of one component share. Functions take the place of what jco generates. */
import type { InterfaceDescriptor } from "@wit2ts/runtime";
import {
  ComponentInstance,
  fromJcoExports,
  toJcoImports,
} from "@wit2ts/runtime/jco";
import { expect, it } from "vitest";

interface Jobs {
  readonly Job: new () => Disposable;
  slow(): Promise<number>;
  quick(): Promise<number>;
  beside(): Promise<number>;
}
const Jobs: InterfaceDescriptor<{ async: Jobs }> = {
  kind: "interface",
  name: "test:instance/jobs",
  types: {
    job: {
      kind: "resource",
      key: "Job",
      create: { name: "constructor", parameters: [] },
      methods: {},
      statics: {},
    },
  },
  functions: {
    slow: { name: "slow", parameters: [], result: "u32" },
    quick: { name: "quick", parameters: [], result: "u32" },
    beside: { name: "beside", parameters: [], result: "u32", async: true },
  },
};
interface Checks {
  check(): number;
}
const Checks: InterfaceDescriptor<{ sync: Checks }> = {
  kind: "interface",
  name: "test:instance/checks",
  types: {},
  functions: { check: { name: "check", parameters: [], result: "u32" } },
};

/** The exports of a component whose constructor calls an import, and whose suspended calls end on `release`. */
function component(checks: Checks) {
  const instance = new ComponentInstance();
  const { check } = toJcoImports(Checks, checks, { instance });
  const waiting: ((value: number) => void)[] = [];
  const suspended = () =>
    new Promise<number>((resolve) => waiting.push(resolve));
  let count = 0;
  const exports = {
    Job: class {
      readonly made = check?.();
    },
    slow: suspended,
    quick: () => ++count,
    beside: suspended,
  };
  const jobs = fromJcoExports(Jobs, exports, { instance, async: true });
  const release = (value: number) => {
    for (const resolve of waiting.splice(0)) resolve(value);
  };
  return { jobs, instance, release };
}

it("any number of calls that return at once may wait for a suspended call", async () => {
  const { jobs, release } = component({ check: () => 1 });
  const slow = jobs.slow();
  const quick = Array.from({ length: 20_000 }, () => jobs.quick());
  release(5);
  expect(await slow).toBe(5);
  expect(await Promise.all(quick)).toStrictEqual(quick.map((_, at) => at + 1));
});

it("an exception in a call that cannot be suspended does not end an `async func` that is running", async () => {
  let fails = true;
  const { jobs, instance, release } = component({
    check: () => {
      if (fails) throw new RangeError("no job");
      return 1;
    },
  });
  const running = jobs.beside();
  expect(() => new jobs.Job()).toThrow(new RangeError("no job"));
  expect(instance.alive).toBe(true);
  fails = false;
  expect(new jobs.Job()).toBeInstanceOf(jobs.Job);
  release(7);
  expect(await running).toBe(7);
});
