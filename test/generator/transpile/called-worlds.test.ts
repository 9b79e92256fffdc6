import { err, ok } from "@wit2ts/runtime";
import { describe, expect, it } from "vitest";
import { hasJspi } from "../../support/component/build.js";
import { forwardingComponent } from "../../support/component/test-component.js";

const modes = hasJspi ? (["sync", "jspi"] as const) : (["sync"] as const);

type Call = (...args: unknown[]) => unknown;
type Contract = Readonly<Record<string, Call>>;
type Class = (new (...args: unknown[]) => Contract) & Contract;

/** Calls components of worlds with similar items. The host's results show which of the items was called. */
describe.each(modes)("a component in mode %s", (mode) => {
  /** Instantiates a forwarding component, and returns a function that looks up its exports. */
  async function component(
    wit: string,
    imports: Record<string, unknown>,
  ): Promise<(key: string) => Contract> {
    const { transpile } = await forwardingComponent(
      `package test:called@1.0.0;\n${wit}`,
    );
    const { instantiate } = await transpile(mode);
    const exports = await instantiate({ imports });
    return (key) => exports[key] as Contract;
  }
  /** Returns a promise in mode `jspi`, so that the component is suspended. */
  const later = <T>(value: T): T | Promise<T> =>
    mode === "sync" ? value : Promise.resolve(value);
  /** The result of a call as a promise, which rejects if the call throws. */
  const called = async (call: (() => unknown) | undefined): Promise<unknown> =>
    await call?.();

  it("has its own implementation for every label of an interface, and passes on values, errors and exceptions", async () => {
    const implementation = (label: string) => ({
      greet: (name: string) => {
        if (name === "bear") throw new RangeError(`${label}: a bear`);
        return later(name === "" ? err(label) : ok(`${label}: ${name}`));
      },
    });
    const exports = await component(
      `interface greeter { greet: func(name: string) -> result<string, string>; }
      world w {
        import one: greeter; import two: greeter; import greeter;
        export one: greeter; export two: greeter; export greeter;
      }`,
      {
        one: implementation("one"),
        two: implementation("two"),
        "test:called/greeter@1.0.0": implementation("own"),
      },
    );
    for (const [key, label] of [
      ["one", "one"],
      ["two", "two"],
      ["test:called/greeter@1.0.0", "own"],
    ] as const) {
      const { greet } = exports(key);
      expect(await greet?.("me")).toStrictEqual(ok(`${label}: me`));
      expect(await greet?.("")).toStrictEqual(err(label));
      await expect(called(() => greet?.("bear"))).rejects.toThrow(
        new RangeError(`${label}: a bear`),
      );
    }
  });

  it.each(["one", "two"])(
    "distinguishes the resources of an interface by its label: %s",
    async (label) => {
      const dropped: string[] = [];
      const implementation = (own: string) => {
        class Thing {
          readonly name: string;
          constructor(name: string) {
            this.name = `${own} ${name}`;
          }
          read() {
            return later(this.name);
          }
          [Symbol.dispose]() {
            dropped.push(this.name);
          }
        }
        return {
          Thing,
          copy: (thing: Thing) => {
            if (!(thing instanceof Thing)) throw new TypeError("not mine");
            return later(new Thing(`copy of ${thing.name}`));
          },
        };
      };
      const exports = await component(
        `interface things {
        resource thing { constructor(name: string); read: func() -> string; }
        copy: func(of: borrow<thing>) -> thing;
      }
      world w { import one: things; import two: things; import things; export ${label}: things; }`,
        {
          one: implementation("one"),
          two: implementation("two"),
          "test:called/things@1.0.0": implementation("own"),
        },
      );
      const { Thing, copy } = exports(label) as unknown as {
        Thing: Class;
        copy: Call;
      };
      const thing = new Thing("a");
      const made = (await copy(thing)) as Contract & Disposable;
      expect(made).toBeInstanceOf(Thing);
      expect(await thing["read"]?.()).toBe(`${label} a`);
      expect(await made["read"]?.()).toBe(`${label} copy of ${label} a`);
      made[Symbol.dispose]();
      expect(dropped).toStrictEqual([`${label} copy of ${label} a`]);
    },
  );

  it("accepts the host's resources in world-level functions, and its own in those of an exported interface", async () => {
    class Thing {
      readonly name: string;
      constructor(name: string) {
        this.name = name;
      }
      [Symbol.dispose]() {}
    }
    const exports = await component(
      `interface things { resource thing { constructor(name: string); } name: func(of: borrow<thing>) -> string; }
      world w {
        use things.{thing};
        export things;
        import pass: func(it: thing) -> thing;
        export pass: func(it: thing) -> thing;
      }`,
      {
        "test:called/things@1.0.0": {
          Thing,
          name: (thing: Thing) => later(thing.name),
        },
        pass: (thing: Thing) => later(thing),
      },
    );
    const things = exports("test:called/things@1.0.0") as unknown as {
      Thing: Class;
      name: Call;
    };
    const pass = exports("pass") as unknown as Call;
    const given = new Thing("host's");
    expect(await pass(given)).toBe(given);
    const own = new things.Thing("component's");
    expect(await things.name(own)).toBe("component's");
    await expect(called(() => pass(own))).resolves.not.toBe(given);
  });

  it("imports and exports two versions of one interface", async () => {
    const exports = await component(
      `interface i { f: func() -> u32; }
      world w {
        import i; export i;
        import test:called/i@2.0.0; export test:called/i@2.0.0;
      }
      package test:called@2.0.0 { interface i { f: func() -> string; } }`,
      {
        "test:called/i@1.0.0": { f: () => later(1) },
        "test:called/i@2.0.0": { f: () => later("two") },
      },
    );
    expect(await exports("test:called/i@1.0.0")["f"]?.()).toBe(1);
    expect(await exports("test:called/i@2.0.0")["f"]?.()).toBe("two");
  });

  it("supports several maps in one function", async () => {
    const exports = await component(
      `interface i { f: func(a: map<string, u8>, b: map<string, map<u8, bool>>) -> list<map<u8, string>>; }
      world w { import i; export i; }`,
      {
        "test:called/i@1.0.0": {
          f: (a: Map<string, number>, b: Map<string, Map<number, boolean>>) =>
            later([new Map([[a.size, [...b.keys()].join()]]), new Map()]),
        },
      },
    );
    const { f } = exports("test:called/i@1.0.0");
    expect(
      await f?.(
        new Map([["x", 1]]),
        new Map([
          ["y", new Map([[1, true]])],
          ["z", new Map()],
        ]),
      ),
    ).toStrictEqual([new Map([[1, "y,z"]]), new Map()]);
  });

  it("waits in static functions, and calls imported constructors in exported ones", async () => {
    class Thing {
      readonly n: number;
      constructor(n: number) {
        this.n = n;
      }
      static make(n: number) {
        return later(new Thing(n));
      }
      static check(n: number) {
        return later(n > 9 ? err("too large") : ok(n));
      }
      number() {
        return later(this.n);
      }
      [Symbol.dispose]() {}
    }
    class Frail extends Thing {
      static create(n: number) {
        return n > 9 ? err("too large") : ok(new Frail(n));
      }
    }
    const exports = await component(
      `interface i {
        resource thing {
          constructor(n: u32);
          number: func() -> u32;
          make: static func(n: u32) -> thing;
          check: static func(n: u32) -> result<u32, string>;
        }
        resource frail { constructor(n: u32) -> result<frail, string>; number: func() -> u32; }
      }
      world w { import i; export i; }`,
      { "test:called/i@1.0.0": { Thing, Frail } },
    );
    const own = exports("test:called/i@1.0.0") as unknown as {
      Thing: Class;
      Frail: Class;
    };
    expect(await new own.Thing(3)["number"]?.()).toBe(3);
    const made = (await own.Thing["make"]?.(4)) as Contract;
    expect(made).toBeInstanceOf(own.Thing);
    expect(await made["number"]?.()).toBe(4);
    expect(await own.Thing["check"]?.(5)).toStrictEqual(ok(5));
    expect(await own.Thing["check"]?.(10)).toStrictEqual(err("too large"));
    expect(own.Frail["create"]?.(10)).toStrictEqual(err("too large"));
  });

  it("imports and exports functions with the names of jco's own variables", async () => {
    const names = ["promise", "resolve", "reject", "gen", "runNext"];
    const functions = names
      .map((name) => name.replace("N", "-n"))
      .map((name) => `${name}: func(x: u8) -> u8;`);
    const implementation = Object.fromEntries(
      names.map((name, index) => [name, (x: number) => later(x + index)]),
    );
    const exports = await component(
      `interface i { ${functions.join(" ")} }
      world w { import i; export i; }`,
      { "test:called/i@1.0.0": implementation },
    );
    const i = exports("test:called/i@1.0.0");
    const results = names.map((name) => i[name]?.(10));
    expect(await Promise.all(results)).toStrictEqual([10, 11, 12, 13, 14]);
  });

  it("passes large values in both directions, and more parameters than fit in core values", async () => {
    const count = 20;
    const parameters = Array.from(
      { length: count },
      (_, index) => `p${index}: ${index % 2 === 0 ? "string" : "u64"}`,
    );
    const exports = await component(
      `interface i {
        text: func(x: string) -> string;
        bytes: func(x: list<u8>) -> list<u8>;
        many: func(${parameters.join(", ")}) -> list<string>;
      }
      world w { import i; export i; }`,
      {
        "test:called/i@1.0.0": {
          text: (x: string) => later(x),
          bytes: (x: Uint8Array) => later(Uint8Array.from(x)),
          many: (...given: unknown[]) => later(given.map(String)),
        },
      },
    );
    const { text, bytes, many } = exports("test:called/i@1.0.0");
    // Ten megabytes in UTF-8.
    const long = "aé\u{1f600}".repeat(1_500_000);
    expect((await text?.(long)) === long).toBe(true);
    const given = new Uint8Array(10_000_000).fill(7);
    const back = (await bytes?.(given)) as Uint8Array;
    expect(Buffer.compare(back, given)).toBe(0);
    const values = Array.from({ length: count }, (_, index) =>
      index % 2 === 0 ? `é${index}` : 2n ** 64n - BigInt(index),
    );
    expect(await many?.(...values)).toStrictEqual(values.map(String));
  });

  // `async func` requires an engine with JSPI in both modes.
  it.runIf(hasJspi)(
    "returns from an async func the types of values that jco 1.34 handles incorrectly",
    async () => {
      class Thing {
        read() {
          return later("a thing");
        }
        [Symbol.dispose]() {}
      }
      const results: Record<string, readonly [type: string, value: unknown]> = {
        letter: ["char", "\u{10ffff}"],
        letters: ["list<char>", ["é", "\u{1f600}"]],
        choice: ["yes-no", "yes"],
        choices: ["list<many>", ["c255", "c0", "c254"]],
        marks: ["mark-set", { a: false, b: true, c: true }],
        single: ["one-field", { only: "yes" }],
        failed: ["result", err()],
        nested: ["option<option<bool>>", { tag: "none" }],
      };
      const many = Array.from({ length: 256 }, (_, index) => `c${index}`);
      const exports = await component(
        `interface i {
          enum yes-no { no, yes }
          enum many { ${many.join(", ")} }
          flags mark-set { a, b, c }
          record one-field { only: yes-no }
          resource thing { read: func() -> string; }
          ${Object.entries(results)
            .map(([name, [type]]) => `${name}: async func() -> ${type};`)
            .join("\n")}
          make: async func() -> thing;
        }
        world w { import i; export i; }`,
        {
          "test:called/i@1.0.0": {
            Thing,
            make: () => Promise.resolve(new Thing()),
            ...Object.fromEntries(
              Object.entries(results).map(([name, [, value]]) => [
                name,
                () => Promise.resolve(value),
              ]),
            ),
          },
        },
      );
      const i = exports("test:called/i@1.0.0");
      for (const [name, [, value]] of Object.entries(results))
        expect(await i[name]?.()).toStrictEqual(value);
      const thing = (await i["make"]?.()) as Contract;
      expect(await thing["read"]?.()).toBe("a thing");
    },
  );
});
