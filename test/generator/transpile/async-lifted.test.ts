import { err, fromByteChunks, ok, toByteChunks } from "@wit2ts/runtime";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { hasJspi } from "../../support/component/build.js";
import {
  forwardingComponent,
  testComponent,
} from "../../support/component/test-component.js";
import { readingGuest } from "../../support/component/reading-guest.js";
import { writingGuest } from "../../support/component/writing-guest.js";

type Call = (...args: unknown[]) => Promise<unknown>;

/**
 * Components that lift and lower `async func` asynchronously, as toolchains for Preview 3 do. Most of them forward
 * every call.
 */
describe.runIf(hasJspi)("a component that is lifted asynchronously", () => {
  type Functions = Readonly<Record<string, Call>>;

  /** Builds a forwarding component with the given functions, and returns a function that instantiates it. */
  async function starter(
    functions: string,
  ): Promise<(implementation: Functions) => Promise<Functions>> {
    const { transpile } = await forwardingComponent(
      `package test:lifted;
      interface i { ${functions} }
      world w { import i; export i; }`,
      "async",
    );
    const { instantiate } = await transpile("jspi");
    return async (implementation) => {
      const exports = await instantiate({
        imports: { "test:lifted/i": implementation },
      });
      return exports["test:lifted/i"] as Functions;
    };
  }

  /** Builds and instantiates such a component. */
  async function component(
    functions: string,
    implementation: Functions,
  ): Promise<Functions> {
    return (await starter(functions))(implementation);
  }

  const many = Array.from({ length: 300 }, (_, index) => `e${String(index)}`);

  it("returns values of many types unchanged", async () => {
    const types: readonly (readonly [string, readonly unknown[]])[] = [
      ["char", ["\0", "a", "é", "\u{10ffff}"]],
      ["map<char, u8>", [new Map([["\u{1f600}", 1]])]],
      ["result<char, u8>", [ok("\u{1f600}"), err(1)]],
      ["many", ["e0", "e1", "e255", "e256", "e299"]],
      ["list<many, 2>", [["e299", "e1"]]],
      ["list<string, 3>", [["a", "", "日本語"]]],
      [
        "list<list<tuple<u8, f64>, 2>, 1>",
        [
          [
            [
              [1, 0.5],
              [2, -1],
            ],
          ],
        ],
      ],
      ["result<list<u8, 4>, string>", [ok([1, 2, 3, 4]), err("no")]],
      ["result<f32, u64>", [ok(0.5), err(2n ** 64n - 1n)]],
      [
        "option<option<s8>>",
        [
          { tag: "none" },
          { tag: "some", val: undefined },
          { tag: "some", val: -128 },
        ],
      ],
    ];
    const functions = types.map(
      ([type], index) =>
        `f${String(index)}: async func(v: ${type}) -> ${type};`,
    );
    const exports = await component(
      `enum many { ${many.join(", ")} } ${functions.join(" ")}`,
      Object.fromEntries(
        types.map((_, index) => [
          `f${String(index)}`,
          (value: unknown) => Promise.resolve(value),
        ]),
      ),
    );
    for (const [index, [type, values]] of types.entries())
      for (const value of values)
        expect(await exports[`f${String(index)}`]?.(value), type).toStrictEqual(
          value,
        );
  });

  it("delivers the bytes that it writes to a stream in chunks to toByteChunks", async () => {
    const data = Uint8Array.from({ length: 20_000 }, (_, index) => index);
    const { transpile } = await testComponent(
      writingGuest(["u8"], data.length, data),
    );
    const { instantiate } = await transpile("jspi");
    const exports = await instantiate({});
    const functions = exports["wit2ts-test:writing/i"] as Functions;
    const [stream] = (await functions["f0"]?.()) as [AsyncIterable<number>];
    const chunks: Uint8Array[] = [];
    for await (const chunk of toByteChunks(stream)) chunks.push(chunk);
    expect(chunks.map(({ length }) => length)).toEqual([16_384, 3_616]);
    expect(Buffer.concat(chunks).equals(data)).toBe(true);
  });

  it("reads several elements of an iterable at once, and byte chunks undivided", async () => {
    const { transpile } = await testComponent(readingGuest(4_096));
    const { instantiate } = await transpile("jspi");
    const read = async (stream: AsyncIterable<number>): Promise<unknown> => {
      const exports = await instantiate({});
      const functions = exports["wit2ts-test:reading/i"] as Functions;
      return functions["f"]?.(stream);
    };
    async function* single(count: number): AsyncGenerator<number> {
      for (let index = 0; index < count; index++)
        yield await Promise.resolve(1);
      await sleep(5);
      yield 7;
    }
    expect(await read(single(0))).toEqual([1, 7, 1]);
    expect(await read(single(1_000))).toEqual([1_001, 1_007, 2]);
    // More elements than the buffer holds. The last of them are delivered without waiting for the next element.
    expect(await read(single(10_000))).toEqual([10_001, 10_007, 4]);
    const bytes = new Blob([new Uint8Array(10_000).fill(2)]).stream();
    expect(await read(fromByteChunks(bytes))).toEqual([10_000, 20_000, 3]);
    async function* sparse(): AsyncGenerator<Uint8Array> {
      for (let index = 0; index < 5_000; index++)
        yield await Promise.resolve(new Uint8Array());
      yield Uint8Array.of(3);
    }
    expect(await read(fromByteChunks(sparse()))).toEqual([1, 3, 1]);
  });

  it("passes on numbers of every type, from iterables of elements and of byte chunks", async () => {
    const types = ["u8", "s8", "u16", "s16", "u32", "s32", "f32", "f64"];
    const wide = ["u64", "s64"];
    const exports = await component(
      [...types, ...wide]
        .map(
          (type) =>
            `of-${type}: func(v: tuple<stream<${type}>, u8>) -> tuple<stream<${type}>, u8>;`,
        )
        .join(" "),
      Object.fromEntries(
        [...types, ...wide].map((type) => [
          `of${type.toUpperCase()}`,
          ((value: unknown) => value) as Call,
        ]),
      ),
    );
    async function* single(values: readonly unknown[]): AsyncGenerator {
      yield* values;
      await sleep(1);
      yield* values;
    }
    const hand = async (type: string, stream: unknown): Promise<unknown[]> => {
      const [handed] = (await exports[`of${type.toUpperCase()}`]?.([
        stream,
        1,
      ])) as [AsyncIterable<unknown>];
      const elements: unknown[] = [];
      for await (const element of handed) elements.push(element);
      return elements;
    };
    for (const type of [...types, ...wide]) {
      const values = types.includes(type) ? [1, 2, 100] : [1n, 2n, 100n];
      expect(await hand(type, single(values)), type).toStrictEqual([
        ...values,
        ...values,
      ]);
    }
    const bytes = new Blob([Uint8Array.of(1, 2, 3)]).stream();
    expect(await hand("u8", fromByteChunks(bytes))).toStrictEqual([1, 2, 3]);
  });

  it("yields the elements of a stream that it creates one by one, including numbers", async () => {
    const data = new Uint8Array(16).fill(1);
    const types = ["u8", "s16", "f32", "u64", "bool", "tuple<u8, bool>"];
    const { transpile } = await testComponent(writingGuest(types, 2, data));
    const { instantiate } = await transpile("jspi");
    const exports = await instantiate({});
    const functions = exports["wit2ts-test:writing/i"] as Record<string, Call>;
    const expected = [
      1,
      0x0101,
      new DataView(data.buffer).getFloat32(0, true),
      0x0101_0101_0101_0101n,
      true,
      [1, true],
    ];
    for (const [index, value] of expected.entries()) {
      const [stream, seven] = (await functions[`f${String(index)}`]?.()) as [
        AsyncIterable<unknown>,
        number,
      ];
      const elements: unknown[] = [];
      for await (const element of stream) elements.push(element);
      expect(elements, types[index]).toStrictEqual([value, value]);
      expect(seven).toBe(7);
    }
  });

  it("runs several calls concurrently, which return in any order", async () => {
    let release = (): void => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const { greet } = await component(
      "greet: async func(name: string) -> string;",
      {
        greet: async (name) => {
          if (name === "late") await released;
          return `hello ${String(name)}`;
        },
      },
    );
    const late = greet?.("late");
    expect(await greet?.("early")).toBe("hello early");
    release();
    expect(await late).toBe("hello late");
  });

  it("rejects with the exception of an import, for every kind of result", async () => {
    const results = [
      "-> u32",
      "-> bool",
      "-> result<u32, string>",
      "-> stream<u8>",
      "",
    ];
    const start = await starter(
      results
        .map((result, index) => `f${String(index)}: async func() ${result};`)
        .join(" "),
    );
    const fail = async (): Promise<never> => {
      await sleep(1);
      throw new RangeError("on purpose");
    };
    for (const [index, result] of results.entries()) {
      const name = `f${String(index)}`;
      // A new instance for each function, because the exception ends the instance.
      const exports = await start(
        Object.fromEntries(results.map((_, at) => [`f${String(at)}`, fail])),
      );
      await expect(exports[name]?.(), result).rejects.toThrow(
        new RangeError("on purpose"),
      );
    }
  });

  it("does not keep the process alive after an exception of an import", async () => {
    const forwarding = await forwardingComponent(
      `package test:lifted;
      interface i { f: async func(); }
      world w { import i; export i; }`,
      "async",
    );
    await forwarding.transpile("jspi");
    const program = join(forwarding.path, "program.mjs");
    writeFileSync(
      program,
      `import { instantiate } from "./jspi/index.js";
const f = () => Promise.reject(new RangeError("on purpose"));
const { i } = await instantiate({ imports: { "test:lifted/i": { f } } });
await i.f().catch((error) => console.log(String(error)));
`,
    );
    const { stdout, stderr, signal } = spawnSync(process.execPath, [program], {
      encoding: "utf8",
      timeout: 20_000,
    });
    expect({ stdout, stderr, signal }).toStrictEqual({
      stdout: "RangeError: on purpose\n",
      stderr: "",
      signal: null,
    });
  });
});
