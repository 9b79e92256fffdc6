import {
  err,
  ok,
  WitError,
  type InterfaceDescriptor,
  type Result,
} from "@wit2ts/runtime";
import {
  ComponentInstance,
  fromJcoExports,
  instantiate,
  toJcoImports,
} from "@wit2ts/runtime/jco";
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import {
  functionNames,
  hasJspi,
  loadComponent,
} from "../../../support/component/build.js";
import { ways } from "../../../support/component/through-component.js";
import {
  Counters as CountersDescriptor,
  type AsyncCounters,
  type Counters,
} from "../../../support/resources/generated/wit2ts-test/resources/counters.js";
import { Forwarding } from "../../../support/resources/generated/wit2ts-test/resources/forwarding.js";
import { resourceGuest } from "../../../support/resources/guest.js";

const wit = await readFile(
  new URL("../../../support/resources/wit/resources.wit", import.meta.url),
  "utf8",
);
const name = "wit2ts-test:resources/counters@0.1.0";

/** The host's implementation, and a log of the instances that were disposed of. */
function host() {
  const log: string[] = [];
  class Counter {
    #count: number;
    constructor(start: number) {
      if (start === 13) throw new RangeError("unlucky");
      this.#count = start;
    }
    increase(by: number): number {
      return (this.#count += by);
    }
    divide(by: number): Result<number, string> {
      return by === 0 ? err("by zero") : ok(Math.trunc(this.#count / by));
    }
    static join(a: Counter, b: Counter): Counter {
      a.#count += b.#count;
      return a;
    }
    count(): number {
      return this.#count;
    }
    [Symbol.dispose](): void {
      log.push(`counter ${this.#count}`);
    }
  }
  class Frail {
    readonly #start: number;
    constructor(start: number) {
      this.#start = start;
    }
    static create(start: number): Result<Frail, string> {
      return start > 100 ? err("too much") : ok(new Frail(start));
    }
    get(): number {
      return this.#start;
    }
    [Symbol.dispose](): void {
      log.push(`frail ${this.#start}`);
    }
  }
  class Token {
    readonly valid = true;
    [Symbol.dispose](): void {
      log.push("token");
    }
  }
  const issued: Token[] = [];
  const counters = {
    Counter,
    Frail,
    Token,
    peek: (counter: Counter) => counter.count(),
    maybe: (counter?: Counter) => counter,
    issue: () => {
      const token = new Token();
      issued.push(token);
      return token;
    },
    redeem: (token: Token) => token === issued[0],
  };
  return { log, counters: counters as unknown as Counters };
}

/**
 * Makes every function return a promise, as in asynchronous implementations, except static ones, since jco cannot
 * suspend a component in an exported static function.
 */
function asynchronous(counters: Counters): AsyncCounters {
  const later =
    (target: object, key: string) =>
    async (...args: unknown[]): Promise<unknown> => {
      await Promise.resolve();
      return (
        Reflect.get(target, key) as (...given: unknown[]) => unknown
      ).apply(target, args);
    };
  const { Counter, Frail } = counters as unknown as Record<
    string,
    { prototype: object }
  >;
  if (Counter === undefined || Frail === undefined)
    throw new Error("no classes");
  for (const [prototype, keys] of [
    [Counter.prototype, ["increase", "divide"]],
    [Frail.prototype, ["get"]],
  ] as const) {
    for (const key of keys) {
      const method = Reflect.get(prototype, key) as (
        ...args: unknown[]
      ) => unknown;
      Object.defineProperty(prototype, key, {
        async value(this: unknown, ...args: unknown[]) {
          await Promise.resolve();
          return method.apply(this, args);
        },
      });
    }
  }
  return {
    ...counters,
    peek: later(counters, "peek"),
    maybe: later(counters, "maybe"),
    issue: later(counters, "issue"),
    redeem: later(counters, "redeem"),
  } as unknown as AsyncCounters;
}

// The results of either contract are awaited, whether they are promises or not.
type Either = Counters | AsyncCounters;

describe.each(ways)(
  "resources through a component, $name",
  ({ mode, direct }) => {
    async function component() {
      const { log, counters } = host();
      const names = functionNames(CountersDescriptor);
      const module = await loadComponent(
        { wit, world: "forwarding", wat: resourceGuest },
        {
          mode,
          asyncImports: names,
          asyncExports: names,
          versioned: [name],
          ...(direct && { jco: { importBindings: "hybrid" } }),
        },
      );
      const instance = new ComponentInstance();
      const exports =
        mode === "sync"
          ? await instantiate(
              Forwarding,
              module,
              { [name]: counters },
              { instance },
            )
          : await instantiate(
              Forwarding,
              module,
              { [name]: asynchronous(counters) },
              { instance, async: true },
            );
      const exported: Either = exports[name];
      return { log, exported };
    }

    it("are constructed, called and dropped", async () => {
      const { log, exported } = await component();
      const counter = new exported.Counter(5);
      expect(counter).toBeInstanceOf(exported.Counter);
      expect(await counter.increase(2)).toBe(7);
      expect(await counter.divide(2)).toStrictEqual(ok(3));
      expect(await counter.divide(0)).toStrictEqual(err("by zero"));
      counter[Symbol.dispose]();
      counter[Symbol.dispose]();
      expect(log).toStrictEqual(["counter 7"]);
    });

    it("are borrowed and transferred", async () => {
      const { log, exported } = await component();
      const a = new exported.Counter(1);
      const b = new exported.Counter(2);
      // The mode determines the contract; awaited calls are the same in both.
      const { Counter, peek } = exported as AsyncCounters;
      const joined = await Counter.join(a as never, b as never);
      expect(joined).toBeInstanceOf(exported.Counter);
      expect(await peek(joined)).toBe(3);
      expect(await peek(b as never)).toBe(2);
      await expect((async () => await peek(a as never))()).rejects.toThrow(
        'Not a valid "Counter" resource',
      );
      b[Symbol.dispose]();
      expect(log).toStrictEqual(["counter 2"]);
    });

    it("may be part of other values", async () => {
      const { exported } = await component();
      const { maybe, peek } = exported as AsyncCounters;
      const back = await maybe(new exported.Counter(9) as never);
      expect(back).toBeInstanceOf(exported.Counter);
      expect(back && (await peek(back))).toBe(9);
      expect(await maybe(undefined)).toBeUndefined();
    });

    it("have constructors that return an error of the contract, or throw", async () => {
      const { log, exported } = await component();
      const made = exported.Frail.create(8);
      if (made.tag === "err") throw new Error(made.val);
      expect(await made.val.get()).toBe(8);
      expect(made.val).toBeInstanceOf(exported.Frail);
      made.val[Symbol.dispose]();
      expect(log).toStrictEqual(["frail 8"]);
      expect(exported.Frail.create(101)).toStrictEqual(err("too much"));
      expect(() => new exported.Counter(13)).toThrow(new RangeError("unlucky"));
    });

    it("may have no functions at all", async () => {
      const { log, exported } = await component();
      const { issue, redeem, Token } = exported as AsyncCounters;
      const token = await issue();
      expect(token).toBeInstanceOf(Token);
      expect(await redeem(token)).toBe(true);
      (await issue())[Symbol.dispose]();
      expect(log).toStrictEqual(["token"]);
    });

    it.runIf(mode === "jspi")(
      "throw an error if they are constructed while another call is suspended",
      async () => {
        const { exported } = await component();
        const { peek } = exported as AsyncCounters;
        const peeked = peek(new exported.Counter(4) as never);
        expect(() => new exported.Counter(5)).toThrow(
          `\`${name}#counter.constructor\` cannot wait, and the component accepts no other call until the suspended call has ended (JSPI)`,
        );
        expect(await peeked).toBe(4);
        expect(await new exported.Counter(5).increase(1)).toBe(6);
      },
    );

    it("are distinguished from other objects", async () => {
      const { exported } = await component();
      const { peek } = exported as AsyncCounters;
      await expect((async () => await peek({} as never))()).rejects.toThrow(
        "expected an instance of the component's resource `Counter`",
      );
    });
  },
);

interface Runs {
  run(): Result<number, string> | Promise<Result<number, string>>;
}

describe.each(hasJspi ? (["sync", "jspi"] as const) : (["sync"] as const))(
  "an exception that the host throws when the component drops a resource, %s,",
  (mode) => {
    const things: InterfaceDescriptor<{
      sync: { readonly Thing: new () => Disposable };
    }> = {
      kind: "interface",
      name: "test:drops/things",
      types: {
        thing: {
          kind: "resource",
          key: "Thing",
          create: { name: "constructor", parameters: [] },
          methods: {},
          statics: {},
        },
      },
      functions: {},
    };
    const runs: InterfaceDescriptor<{ sync: Runs }> = {
      kind: "interface",
      name: "test:drops/runs",
      types: {},
      functions: {
        run: { name: "run", parameters: [], result: "result<u32, string>" },
      },
    };
    const source = {
      wit: `package test:drops;
        interface things { resource thing { constructor(); } }
        interface runs { run: func() -> result<u32, string>; }
        world w { import things; export runs; }`,
      world: "w",
      wat: `(module
        (import "test:drops/things" "[constructor]thing" (func $make (result i32)))
        (import "test:drops/things" "[resource-drop]thing" (func $drop (param i32)))
        (memory (export "memory") 1)
        (func (export "test:drops/runs#run") (result i32)
          (call $drop (call $make))
          (i32.const 0)))`,
    };

    it.each([new WitError("payload"), "a string", new Error("plain")])(
      "is no error of the contract: %s",
      async (exception) => {
        const load = await loadComponent(source, {
          mode,
          asyncExports: ["test:drops/runs#run"],
        });
        const instance = new ComponentInstance();
        const Thing = class {
          [Symbol.dispose](): void {
            throw exception as Error;
          }
        };
        const exports = await load(undefined, {
          "test:drops/things": toJcoImports(things, { Thing }, { instance }),
        });
        const { run } = fromJcoExports(
          runs,
          exports["test:drops/runs"] as object,
          { instance, ...(mode === "jspi" && { async: true as never }) },
        );
        await expect(
          (async () => run())().catch((reason: unknown) => {
            throw new Error("rejected", { cause: reason });
          }),
        ).rejects.toMatchObject({ cause: exception });
      },
    );
  },
);
