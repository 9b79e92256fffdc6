import {
  andThen,
  collect,
  err,
  isErr,
  isOk,
  map,
  mapErr,
  match,
  ok,
  setCause,
  unwrap,
  unwrapErr,
  unwrapOr,
  WitError,
  type Result,
} from "@wit2ts/runtime";
import { describe, expect, expectTypeOf, it, vi } from "vitest";

interface Target {
  readonly family: "ipv4" | "ipv6";
  readonly host: string;
}

type Failure =
  { tag: "refused"; val: number[] } | { tag: "gone" } | { tag: "other" };

function half(value: number): Result<number, "odd"> {
  return value % 2 === 0 ? ok(value / 2) : err("odd");
}

describe("ok and err", () => {
  it("are plain objects in the shape of jco's values", () => {
    expect(ok(1)).toStrictEqual({ tag: "ok", val: 1 });
    expect(ok()).toStrictEqual({ tag: "ok", val: undefined });
    expect(err("odd")).toStrictEqual({ tag: "err", val: "odd" });
    expect(err()).toStrictEqual({ tag: "err", val: undefined });
  });

  it("keep the types of literal errors and tags, and accept mutable lists", () => {
    expectTypeOf(err("odd")).toEqualTypeOf<Result<never, "odd">>();
    expectTypeOf(err({ tag: "gone" })).toEqualTypeOf<
      Result<never, { tag: "gone" }>
    >();
    expectTypeOf(ok()).toEqualTypeOf<Result<void, never>>();
    expectTypeOf((even: boolean): Result<Target, string> =>
      ok({ family: even ? "ipv4" : "ipv6", host: "a".repeat(3) }),
    ).returns.toEqualTypeOf<Result<Target, string>>();
    const list: Result<void, number[]> = err([1, 2]);
    const variant: Result<void, Failure> = err({ tag: "refused", val: [1] });
    expect([list.val, variant.val]).toStrictEqual([
      [1, 2],
      { tag: "refused", val: [1] },
    ]);
  });
});

describe("isOk and isErr", () => {
  it("narrow the type of the result", () => {
    const result = half(4);
    if (isOk(result)) expectTypeOf(result.val).toEqualTypeOf<number>();
    if (isErr(result)) expectTypeOf(result.val).toEqualTypeOf<"odd">();
    expect([isOk(half(4)), isOk(half(3))]).toStrictEqual([true, false]);
    expect([isErr(half(4)), isErr(half(3))]).toStrictEqual([false, true]);
  });
});

describe("unwrap", () => {
  it("returns the value", () => {
    expect(unwrap(half(4))).toBe(2);
  });

  it("throws an error whose own property `payload` is the error", () => {
    const failure: Failure = { tag: "refused", val: [1, 2] };
    const error = thrown(() => unwrap(err(failure)));
    expect(error).toBeInstanceOf(WitError);
    expect(error).toHaveProperty("name", "WitError");
    expect(Object.getOwnPropertyDescriptor(error, "payload")?.value).toBe(
      failure,
    );
    expect(error.message).toBe(
      'the result is an error: { tag: "refused", val: [1, 2] }',
    );
  });

  it("has a stack that begins at the caller", () => {
    function theCaller(): unknown {
      return unwrap(err("odd"));
    }
    const [first, second] = (thrown(theCaller).stack ?? "").split("\n");
    expect(first).toBe('WitError: the result is an error: "odd"');
    expect(second).toContain("theCaller");
  });

  it("keeps an error that is an `Error` as the cause", () => {
    const cause = new RangeError("too far");
    const error = thrown(() => unwrap(err(cause)));
    expect(error.cause).toBe(cause);
    expect(error.message).toBe("the result is an error: RangeError: too far");
  });

  it("has the cause of the error, if one was set", () => {
    const cause = new Error("listen EADDRINUSE");
    const failure = setCause(err("address-in-use"), cause);
    expect(thrown(() => unwrap(failure)).cause).toBe(cause);
    expect(thrown(() => unwrap(err("odd")))).not.toHaveProperty("cause");
  });

  it.each([
    [undefined, "undefined"],
    [3n, "3n"],
    [-0, "-0"],
    [new Uint8Array(3), "Uint8Array of 3 bytes"],
    [{ a: undefined, b: null }, "{ a: undefined, b: null }"],
    [
      Array.from({ length: 10 }, (_, i) => i),
      "[0, 1, 2, 3, 4, 5, 6, 7, … 2 more]",
    ],
    [{ a: { b: { c: { d: {} } } } }, "{ a: { b: { c: { d: {…} } } } }"],
    [
      {
        get a(): never {
          throw new Error("no");
        },
      },
      "object",
    ],
  ])("shows the error: %#", (error, shown) => {
    expect(thrown(() => unwrap(err(error))).message).toBe(
      `the result is an error: ${shown}`,
    );
  });

  it("keeps the message short", () => {
    const { message } = thrown(() => unwrap(err("x".repeat(1_000_000))));
    expect(message.length).toBeLessThan(300);
    expect(message.endsWith("…")).toBe(true);
  });
});

describe("unwrapErr and unwrapOr", () => {
  it("return the error, the value or the fallback", () => {
    expect(unwrapErr(half(3))).toBe("odd");
    expect(() => unwrapErr(half(2))).toThrow(TypeError);
    expect(unwrapOr(half(4), 7)).toBe(2);
    expect(unwrapOr(half(3), 7)).toBe(7);
    expectTypeOf(unwrapOr(half(3), undefined)).toEqualTypeOf<
      number | undefined
    >();
  });
});

describe("map, mapErr and andThen", () => {
  it("convert their own case, and return a result of the other case itself", () => {
    const odd = half(3);
    const even = half(4);
    expect(map(even, String)).toStrictEqual(ok("2"));
    expect(map(odd, String)).toBe(odd);
    expect(mapErr(odd, (error) => error.length)).toStrictEqual(err(3));
    expect(mapErr(even, (error) => error.length)).toBe(even);
    expect(andThen(half(12), half)).toStrictEqual(ok(3));
    expect(andThen(half(6), half)).toStrictEqual(err("odd"));
    expect(andThen(odd, half)).toBe(odd);
  });

  it("unite the types of errors", () => {
    const joined = andThen(half(2), (value): Result<string, "small"> =>
      value < 3 ? err("small") : ok(String(value)),
    );
    expectTypeOf(joined).toEqualTypeOf<Result<string, "odd" | "small">>();
    expect(joined).toStrictEqual(err("small"));
  });
});

describe("match", () => {
  it("calls only the handler of the result's case", () => {
    const handlers = { ok: vi.fn(() => 1), err: vi.fn(() => "no") };
    expect(match(half(4), handlers)).toBe(1);
    expect(handlers.ok).toHaveBeenCalledExactlyOnceWith(2);
    expect(handlers.err).not.toHaveBeenCalled();
    expect(match(half(3), handlers)).toBe("no");
    expect(handlers.err).toHaveBeenCalledExactlyOnceWith("odd");
  });
});

describe("collect", () => {
  it("returns all values in order", () => {
    const all = collect([half(2), half(4)]);
    expectTypeOf(all).toEqualTypeOf<Result<[number, number], "odd">>();
    expect(all).toStrictEqual(ok([1, 2]));
    const list: Result<number, "odd">[] = [half(2), half(4)];
    expectTypeOf(collect(list)).toEqualTypeOf<Result<number[], "odd">>();
    expect(collect(list)).toStrictEqual(ok([1, 2]));
    expect(collect([])).toStrictEqual(ok([]));
  });

  it("keeps the type of each element of a tuple", () => {
    const both = collect([half(2), ok("two") as Result<string, "absent">]);
    expectTypeOf(both).toEqualTypeOf<
      Result<[number, string], "odd" | "absent">
    >();
    expect(both).toStrictEqual(ok([1, "two"]));
  });

  it("returns the first failure itself, and reads no further results", () => {
    const failure = half(3);
    const seen: number[] = [];
    function* results(): Generator<Result<number, "odd">> {
      for (const value of [2, 3, 5]) {
        seen.push(value);
        yield value === 3 ? failure : half(value);
      }
    }
    expect(collect(results())).toBe(failure);
    expect(seen).toStrictEqual([2, 3]);
  });
});

function thrown(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
