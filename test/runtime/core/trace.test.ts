import {
  causeOf,
  err,
  ok,
  reclaim,
  setCause,
  type InterfaceDescriptor,
  type Result,
} from "@wit2ts/runtime";
import { Socket, type AsyncSocket } from "@wit2ts/core-libs/socket";
import {
  withTrace,
  type TracedCall,
  type TraceHooks,
  type TraceOutcome,
} from "@wit2ts/runtime/trace";
import { transform } from "esbuild";
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";

/** Hooks that record calls and outcomes. */
function recorder() {
  const calls: TracedCall[] = [];
  const outcomes: Omit<TraceOutcome, "duration">[] = [];
  const hooks: TraceHooks = {
    begin(call) {
      calls.push(call);
      return {
        end({ duration, ...outcome }) {
          expect(duration).toBeGreaterThanOrEqual(0);
          outcomes.push(outcome);
        },
      };
    },
  };
  return { calls, outcomes, hooks };
}

const systemError = Object.assign(new Error("refused"), {
  code: "ECONNREFUSED",
});

class Backend {
  #closed: number[] = [];
  listen(socket: number): Promise<Result<void, "connection-refused">> {
    return Promise.resolve(
      socket === 1 ? ok() : setCause(err("connection-refused"), systemError),
    );
  }
  close(socket: number): Promise<Result<void, never>> {
    if (socket === 99)
      throw new RangeError("no such socket", { cause: systemError });
    this.#closed.push(socket);
    return Promise.resolve(ok());
  }
  get closed(): readonly number[] {
    return this.#closed;
  }
  [Symbol.dispose](): void {
    this.#closed.push(-1);
  }
}

describe("withTrace", () => {
  it("reports calls, results and causes of an asynchronous implementation", async () => {
    const { calls, outcomes, hooks } = recorder();
    const socket = withTrace(
      Socket,
      new Backend() as unknown as AsyncSocket,
      hooks,
    );
    expect(await socket.listen(1, 5)).toStrictEqual(ok());
    expect(await socket.listen(2, 5)).toStrictEqual(err("connection-refused"));
    expect(() => socket.close(99)).toThrow("no such socket");
    expect(calls).toStrictEqual([
      {
        interface: "scheduler:core-libs/socket@0.1.0",
        function: "listen",
        parameters: ["socket", "backlog"],
        arguments: [1, 5],
      },
      expect.objectContaining({ arguments: [2, 5] }),
      expect.objectContaining({ function: "close", arguments: [99] }),
    ]);
    expect(outcomes).toStrictEqual([
      { status: "ok", value: undefined },
      { status: "error", value: "connection-refused", cause: systemError },
      {
        status: "exception",
        value: expect.any(RangeError) as unknown,
        cause: systemError,
      },
    ]);
  });

  it("passes on the original results, and members that are not in the interface", async () => {
    const backend = new Backend();
    const socket = withTrace(
      Socket,
      backend as unknown as AsyncSocket & Backend,
      recorder().hooks,
    );
    await socket.close(4);
    socket[Symbol.dispose]();
    expect(socket.closed).toStrictEqual([4, -1]);
    expect(backend.closed).toBe(socket.closed);
  });

  it("passes on assignments to members that are not in the interface", () => {
    const backend = { level: 1 };
    const socket = withTrace(
      Socket,
      backend as unknown as AsyncSocket & { level: number },
      recorder().hooks,
    );
    socket.level = 2;
    expect([socket.level, backend.level]).toStrictEqual([2, 2]);
  });

  it("has `reclaim` only if it is an own property of the implementation", () => {
    const backend = { [reclaim]: () => undefined };
    for (const given of [backend, Object.create(backend) as object]) {
      const socket = withTrace(Socket, given, recorder().hooks);
      expect(Object.hasOwn(socket, reclaim)).toBe(
        Object.hasOwn(given, reclaim),
      );
    }
  });

  it("passes on calls that are not to be traced, and is unaffected by hooks that throw", async () => {
    const failures: unknown[] = [];
    let begin: TraceHooks["begin"] = () => undefined;
    const socket = withTrace(Socket, new Backend() as unknown as AsyncSocket, {
      begin: (call) => begin(call),
      failed: (exception) => failures.push(exception),
    });
    expect(await socket.listen(1, 5)).toStrictEqual(ok());
    begin = () => {
      throw new Error("in begin");
    };
    expect(await socket.listen(1, 5)).toStrictEqual(ok());
    begin = () => ({
      end() {
        throw new Error("in end");
      },
    });
    expect(await socket.listen(1, 5)).toStrictEqual(ok());
    expect(failures.map(String)).toStrictEqual([
      "Error: in begin",
      "Error: in end",
    ]);
  });

  it("does not read a future that a function returns", async () => {
    const descriptor: InterfaceDescriptor<{
      sync: { later(): PromiseLike<number> };
    }> = {
      kind: "interface",
      name: "a:b/c",
      types: {},
      functions: {
        later: { name: "later", parameters: [], result: "future<u8>" },
      },
    };
    let reads = 0;
    const future: PromiseLike<number> = {
      then: (...callbacks) => {
        reads++;
        return Promise.resolve(5).then(...callbacks);
      },
    };
    const { hooks, outcomes } = recorder();
    const { later } = withTrace(descriptor, { later: () => future }, hooks);
    const returned = later();
    await Promise.resolve();
    expect(outcomes).toStrictEqual([{ status: "ok", value: future }]);
    expect(reads).toBe(0);
    expect(await returned).toBe(5);
    expect(reads).toBe(1);
  });

  it("runs the call inside the span if the hook provides `run`", async () => {
    let current = "none";
    const seen: string[] = [];
    const socket = withTrace(
      Socket,
      {
        listen: () => {
          seen.push(current);
          return Promise.resolve(ok());
        },
      } as unknown as AsyncSocket,
      {
        begin: () => ({
          run(invoke) {
            current = "span";
            try {
              return invoke();
            } finally {
              current = "none";
            }
          },
          end() {},
        }),
      },
    );
    await socket.listen(1, 5);
    expect([...seen, current]).toStrictEqual(["span", "none"]);
  });
});

describe("resources", () => {
  class Counter {
    static made: Counter[] = [];
    #count: number;
    constructor(count: number) {
      this.#count = count;
      Counter.made.push(this);
    }
    increase(by: number): number {
      return (this.#count += by);
    }
    static join(a: Counter, b: Counter): Counter {
      return new Counter(a.#count + b.#count);
    }
    [Symbol.dispose](): void {
      this.#count = -1;
    }
  }
  interface Counters {
    Counter: typeof Counter;
    largest(counters: Counter[]): Counter | undefined;
  }
  const Counters: InterfaceDescriptor<{ sync: Counters }> = {
    kind: "interface",
    name: "a:b/counters",
    types: {
      counter: {
        kind: "resource",
        key: "Counter",
        create: {
          name: "counter",
          parameters: [{ name: "count", type: "u32" }],
        },
        methods: {
          increase: {
            name: "increase",
            parameters: [{ name: "by", type: "u32" }],
            result: "u32",
          },
        },
        statics: {
          join: {
            name: "join",
            parameters: [
              { name: "a", type: "borrow<counter>" },
              { name: "b", type: "borrow<counter>" },
            ],
            result: "own<counter>",
          },
        },
      },
    },
    functions: {
      largest: {
        name: "largest",
        parameters: [
          {
            name: "counters",
            type: "list<borrow<counter>>",
          },
        ],
        result: "option<own<counter>>",
      },
    },
  };

  it("are traced when they are constructed, called and dropped", () => {
    const { calls, outcomes, hooks } = recorder();
    Counter.made = [];
    const counters = withTrace(
      Counters,
      { Counter, largest: ([first]: Counter[]) => first },
      hooks,
    );
    const one = new counters.Counter(1);
    const two = new counters.Counter(2);
    expect(one).toBeInstanceOf(counters.Counter);
    expect(one).not.toBe(Counter.made[0]);
    const three = counters.Counter.join(one, two);
    expect(three.increase(4)).toBe(7);
    expect(counters.largest([two, one])).toBe(two);
    one[Symbol.dispose]();
    expect(calls.map((call) => call.function)).toStrictEqual([
      "[constructor]counter",
      "[constructor]counter",
      "[static]counter.join",
      "[method]counter.increase",
      "largest",
      "[resource-drop]counter",
    ]);
    expect(calls[3]?.self).toBe(three);
    expect(outcomes[3]).toStrictEqual({ status: "ok", value: 7 });
    expect(Counter.made[0]?.increase(1)).toBe(0);
  });

  interface Factory {
    make(): Counter;
    read(counter: Counter): number;
  }
  const Factory: InterfaceDescriptor<{ sync: Factory }> = {
    kind: "interface",
    name: "a:b/factory",
    types: { counter: { kind: "use", from: Counters, name: "counter" } },
    functions: {
      make: { name: "make", parameters: [], result: "own<counter>" },
      read: {
        name: "read",
        parameters: [{ name: "counter", type: "borrow<counter>" }],
        result: "u32",
      },
    },
  };

  it("may be passed between traced interfaces, whose implementations may be traced twice", () => {
    const { hooks } = recorder();
    const trace = (implementation: Counters) =>
      withTrace(Counters, implementation, hooks);
    const counters = trace(
      trace({
        Counter,
        // Reads a private member.
        largest: ([first]: Counter[]) => first && Counter.join(first, first),
      }),
    );
    const factory = withTrace(
      Factory,
      {
        make: () => new Counter(4),
        read: (counter: Counter) =>
          Counter.join(counter, new Counter(0)).increase(0),
      },
      hooks,
    );
    expect(factory.read(new counters.Counter(3))).toBe(3);
    expect(counters.largest([factory.make()])?.increase(0)).toBe(8);
  });

  it("are traced if they are frozen", () => {
    const { calls, hooks } = recorder();
    const instance = Object.freeze({
      increase: (by: number) => by + 1,
      [Symbol.dispose]: () => undefined,
    });
    const Frozen = Object.assign(
      class {
        readonly made = true;
      },
      { join: () => instance },
    );
    const { Counter: Traced } = withTrace(
      Counters,
      { Counter: Object.freeze(Frozen), largest: () => undefined } as never,
      hooks,
    ) as unknown as { Counter: typeof Counter };
    const counter = Traced.join(instance as never, instance as never);
    expect(counter.increase(1)).toBe(2);
    expect(new Traced(1)).toBeInstanceOf(Traced);
    expect(calls.map((call) => call.function)).toStrictEqual([
      "[static]counter.join",
      "[method]counter.increase",
      "[constructor]counter",
    ]);
  });

  it("may be part of an error, which keeps its cause", () => {
    const failing: InterfaceDescriptor<{
      sync: { fail(): Result<void, Counter> };
    }> = {
      kind: "interface",
      name: "a:b/failing",
      types: Factory.types,
      functions: {
        fail: {
          name: "fail",
          parameters: [],
          result: "result<_, own<counter>>",
        },
      },
    };
    const failure = setCause(err(new Counter(1)), systemError);
    const { hooks } = recorder();
    const { fail } = withTrace(failing, { fail: () => failure }, hooks);
    expect(fail()).not.toBe(failure);
    expect(causeOf(fail())).toBe(systemError);
  });
});

describe("the sample in the documentation", () => {
  it("records spans", async () => {
    const text = await readFile(
      new URL("../../../docs/tracing.md", import.meta.url),
      "utf8",
    );
    const sample = /```ts\n(.*?)```/s.exec(text)?.[1] ?? "";
    const { code } = await transform(sample, { loader: "ts", format: "esm" });
    const { spansOf } = (await import(
      `data:text/javascript,${encodeURIComponent(code)}`
    )) as { spansOf: (tracer: unknown) => TraceHooks };
    const written: unknown[] = [];
    const tracer = {
      startSpan(name: string, options: object) {
        written.push(["start", name, options]);
        return {
          setAttribute: (...args: unknown[]) =>
            written.push(["attribute", ...args]),
          setStatus: (status: object) => written.push(["status", status]),
          recordException: (exception: Error) =>
            written.push(["exception", exception]),
          end: () => written.push(["end"]),
        };
      },
    };
    const socket = withTrace(
      Socket,
      new Backend() as unknown as AsyncSocket,
      spansOf(tracer),
    );
    await socket.listen(1, 5);
    await socket.listen(2, 5);
    const start = [
      "start",
      "scheduler:core-libs/socket@0.1.0#listen",
      {
        attributes: {
          "rpc.system": "wit",
          "rpc.service": "scheduler:core-libs/socket@0.1.0",
          "rpc.method": "listen",
        },
      },
    ];
    expect(written).toStrictEqual([
      start,
      ["end"],
      start,
      ["attribute", "wit.error", "connection-refused"],
      ["status", { code: 2, message: "connection-refused" }],
      ["exception", systemError],
      ["end"],
    ]);

    // An error may have a payload.
    written.length = 0;
    const call = {
      interface: "a:b/c",
      function: "f",
      parameters: [],
      arguments: [],
    };
    spansOf(tracer)
      .begin(call)
      ?.end({
        status: "error",
        value: { tag: "too-large", val: { most: 2n ** 64n - 1n } },
        cause: undefined,
        duration: 1,
      });
    const message = '{"tag":"too-large","val":{"most":"18446744073709551615"}}';
    expect(written.slice(1)).toStrictEqual([
      ["attribute", "wit.error", message],
      ["status", { code: 2, message }],
      ["end"],
    ]);
  });
});
