import {
  ComponentInstance,
  DeadInstanceError,
  ReentranceError,
  UnawaitedPromiseError,
} from "@wit2ts/runtime/jco";
import { err, ok, resultType, WitError } from "@wit2ts/runtime";
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { hasJspi } from "../../../support/component/build.js";
import {
  throughComponent,
  ways,
} from "../../../support/component/through-component.js";
import {
  Shapes,
  type AsyncShapes,
} from "../../../support/shapes/generated/wit2ts-test/shapes/shapes.js";
import {
  echoed,
  manyParameters,
  returned,
} from "../../../support/shapes/values.js";

type Call = (...args: unknown[]) => unknown;
const wit = await readFile(
  new URL("../../../support/shapes/wit/shapes.wit", import.meta.url),
  "utf8",
);

/** Valid arguments for each function. */
const calls: Record<string, readonly unknown[]> = {
  nothing: [],
  resultVariant: [{ tag: "empty" }],
  resultParameter: [ok(1)],
  manyParameters,
};
for (const [name, values] of Object.entries(echoed)) calls[name] = [values[0]];
for (const name of Object.keys(returned)) calls[name] = [0];

/** Whether a function can return an error, which jco expects as an exception. */
function hasError(name: string): boolean {
  const called = Shapes.functions[name];
  return (
    called !== undefined &&
    called.errors === undefined &&
    resultType(Shapes, called) !== undefined
  );
}

describe.each(ways)(
  "an implementation that throws, $name",
  ({ mode, direct }) => {
    async function component(
      answer: (name: string, args: unknown[]) => unknown,
    ) {
      const instance = new ComponentInstance();
      const implementation = Object.fromEntries(
        Object.keys(Shapes.functions).map((name) => [
          name,
          mode === "sync"
            ? (...args: unknown[]) => answer(name, args)
            : async (...args: unknown[]) => {
                await Promise.resolve();
                return answer(name, args);
              },
        ]),
      ) as unknown as Shapes | AsyncShapes;
      const shapes = (await throughComponent({
        descriptor: Shapes,
        wit,
        implementation,
        mode,
        direct,
        instance,
      })) as unknown as Record<string, Call>;
      const call = async (name: string, ...args: unknown[]): Promise<unknown> =>
        await shapes[name]?.(...args);
      return { call, instance };
    }

    let answer: (name: string, args: unknown[]) => unknown = () => undefined;
    let shared: Awaited<ReturnType<typeof component>> | undefined;

    it("is tested with every function", () => {
      expect(Object.keys(calls).sort()).toStrictEqual(
        Object.keys(Shapes.functions).sort(),
      );
    });

    it.each(Object.entries(calls))(
      "%s: the caller gets the exception itself",
      async (name, args) => {
        const exception = new RangeError("out of range");
        // Reuse one component until its instance is dead.
        shared = shared?.instance.alive
          ? shared
          : await component((...called) => answer(...called));
        const { call, instance } = shared;
        let fails = true;
        answer = () => {
          if (fails) throw exception;
          return 7;
        };
        await expect(call(name, ...args)).rejects.toBe(exception);
        const endsInstance = mode === "jspi" && !direct && !hasError(name);
        expect(instance.alive).toBe(!endsInstance);
        fails = false;
        const after = call("aU32", 1);
        if (endsInstance) {
          await expect(after).rejects.toBeInstanceOf(DeadInstanceError);
          await expect(after).rejects.toMatchObject({ cause: exception });
        } else {
          expect(await after).toBe(7);
        }
      },
    );

    it("is distinguished from one that returns an error, for any exception", async () => {
      for (const exception of [
        new WitError("payload"),
        "a string",
        { payload: 5 },
        undefined,
      ]) {
        const { call } = await component(() => {
          // eslint-disable-next-line @typescript-eslint/only-throw-error -- the test throws values that are not Errors
          throw exception;
        });
        await expect(
          call("aResult", 0).catch((reason: unknown) => {
            throw new Error("rejected", { cause: reason });
          }),
        ).rejects.toMatchObject({ cause: exception });
        await expect(
          call("aBool", true).catch((reason: unknown) => {
            throw new Error("rejected", { cause: reason });
          }),
        ).rejects.toMatchObject({ cause: exception });
      }
    });

    it("causes an error if it returns a value that is not a Result", async () => {
      const { call } = await component(() => 5);
      await expect(call("aResult", 0)).rejects.toThrow(
        "the implementation of `wit2ts-test:shapes/shapes@1.2.3#a-result` returned 5, where a Result was expected",
      );
    });
  },
);

describe("a component that is not suspended", () => {
  it("throws an error if an implementation returns a promise", async () => {
    const implementation = Object.fromEntries(
      Object.keys(Shapes.functions).map((name) => [
        name,
        () => Promise.resolve(err("late")),
      ]),
    ) as unknown as AsyncShapes;
    const shapes = await throughComponent({
      descriptor: Shapes,
      wit,
      implementation,
      mode: "sync",
    });
    expect(() => {
      shapes.nothing();
    }).toThrow(UnawaitedPromiseError);
    expect(() => shapes.aResult(0)).toThrow(
      "the implementation of `wit2ts-test:shapes/shapes@1.2.3#a-result` returned a promise",
    );
  });
});

// Requires an engine that supports JSPI.
describe.runIf(hasJspi)("calls of one suspended instance", () => {
  it("run one at a time, and waiting ones reject when the instance dies", async () => {
    let running = 0;
    let most = 0;
    let died = false;
    const implementation = Object.fromEntries(
      Object.keys(Shapes.functions).map((name) => [
        name,
        async (value: unknown) => {
          most = Math.max(most, ++running);
          await new Promise((resolve) => setTimeout(resolve, 5));
          running--;
          if (value === 3) {
            died = true;
            throw new Error("third");
          }
          return value;
        },
      ]),
    ) as unknown as AsyncShapes;
    const shapes = await throughComponent({
      descriptor: Shapes,
      wit,
      implementation,
      mode: "jspi",
    });
    const outcomes = await Promise.allSettled(
      [1, 2, 3, 4, 5].map((value) => shapes.aU8(value)),
    );
    expect(most).toBe(1);
    expect(died).toBe(true);
    expect(
      outcomes.map((outcome) =>
        outcome.status === "fulfilled"
          ? outcome.value
          : (outcome.reason as Error).message.slice(0, 30),
      ),
    ).toStrictEqual([
      1,
      2,
      "third",
      "the component instance is dead",
      "the component instance is dead",
    ]);
  });

  it.each([false, true])(
    "are rejected from an implementation that the component waits for, bound directly: %s",
    async (direct) => {
      const held: { shapes?: AsyncShapes } = {};
      let inner: Promise<number> | undefined;
      const implementation = Object.fromEntries(
        Object.keys(Shapes.functions).map((name) => [
          name,
          async (value: number) => {
            if (value === 0) return 7;
            if (value === 2) {
              await Promise.resolve();
              // This call is not awaited, so it runs when the current one has ended.
              inner = held.shapes?.aU8(0);
              return 8;
            }
            return held.shapes?.aU8(value - 1);
          },
        ]),
      ) as unknown as AsyncShapes;
      const shapes = await throughComponent({
        descriptor: Shapes,
        wit,
        implementation,
        mode: "jspi",
        direct,
      });
      held.shapes = shapes;
      await expect(shapes.aResult(1)).rejects.toThrow(
        new ReentranceError("wit2ts-test:shapes/shapes@1.2.3#a-u8"),
      );
      expect(await shapes.aU8(0)).toBe(7);
      expect(await shapes.aU8(2)).toBe(8);
      expect(await inner).toBe(7);
    },
  );

  it.each(["nothing", "aBool", "aString", "optionBool", "aResult"])(
    "pass on what an asynchronous implementation throws synchronously: %s",
    async (name) => {
      const exception = new RangeError("at once");
      const implementation = Object.fromEntries(
        Object.keys(Shapes.functions).map((key) => [
          key,
          () => {
            throw exception;
          },
        ]),
      ) as unknown as AsyncShapes;
      const shapes = (await throughComponent({
        descriptor: Shapes,
        wit,
        implementation,
        mode: "jspi",
      })) as unknown as Record<string, Call>;
      await expect(shapes[name]?.(...(calls[name] ?? []))).rejects.toBe(
        exception,
      );
    },
  );
});
