import { err, ok, type Result } from "@wit2ts/runtime";
import {
  ComponentInstance,
  fromJcoExports,
  toJcoImports,
} from "@wit2ts/runtime/jco";
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import {
  forwardingSource,
  hasJspi,
  loadComponent,
} from "../../../support/component/build.js";
import {
  Later,
  type AsyncLater,
} from "../../../support/later/generated/wit2ts-test/later/later.js";

const wit = await readFile(
  new URL("../../../support/later/wit/later.wit", import.meta.url),
  "utf8",
);

/** Collects the elements of a stream. */
async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const values: T[] = [];
  for await (const value of stream) values.push(value);
  return values;
}

async function* streamOf<T>(...values: T[]): AsyncGenerator<T> {
  for (const value of values) {
    await Promise.resolve();
    yield value;
  }
}

// Streams are returned directly: a promise of a stream would have to be awaited.
const implementation: Later = {
  wait: async (v) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return `${v}!`;
  },
  fail: async (v) => {
    await Promise.resolve();
    return v === 0 ? err("nothing") : ok(v + 1);
  },
  nothing: async () => {
    await Promise.resolve();
  },
  bytes: (v) => v,
  texts: (v) => v,
  text: (v) => v,
  results: (v) => v,
  taken: async (v) => (await all(v)).reduce((sum, one) => sum + one, 0),
  both: (v) => [streamOf(v, v + 1), Promise.resolve(v + 2)],
};

/** Preview 3 through a component that forwards every call. Requires an engine that supports JSPI. */
describe.runIf(hasJspi)("a component of Preview 3", () => {
  /** Creates a component with these functions only, so that a failure of one does not affect the tests of others. */
  async function component(
    ...functions: (keyof AsyncLater)[]
  ): Promise<AsyncLater> {
    const descriptor: typeof Later = {
      ...Later,
      functions: Object.fromEntries(
        functions.map((key) => [key, Later.functions[key] as never]),
      ),
    };
    const names = new Set(
      Object.values(descriptor.functions).map(({ name }) => name),
    );
    const lines = wit.split("\n").filter((line) => {
      const [, name] = /^ {2}([a-z]+): /.exec(line) ?? [];
      return name === undefined || names.has(name);
    });
    // jco recognizes functions that are asynchronous by their type, and fails if they are listed as such.
    const instantiate = await loadComponent(
      forwardingSource(descriptor, lines.join("\n")),
      { mode: "jspi", versioned: [Later.name] },
    );
    const instance = new ComponentInstance();
    const imports = toJcoImports(descriptor, implementation, { instance });
    const exports = await instantiate(undefined, { [Later.name]: imports });
    return fromJcoExports(descriptor, exports[Later.name] as object, {
      instance,
      async: true,
    });
  }

  it("calls asynchronous functions", async () => {
    const later = await component("wait", "fail", "nothing");
    expect(await later.wait("a")).toBe("a!");
    expect(await later.fail(1)).toStrictEqual(ok(2));
    expect(await later.fail(0)).toStrictEqual(err("nothing"));
    await expect(later.nothing()).resolves.toBeUndefined();
  });

  it("forwards streams", async () => {
    const { bytes, texts, results } = await component(
      "bytes",
      "texts",
      "results",
    );
    expect(await all(await bytes(streamOf(1, 2, 255)))).toStrictEqual([
      1, 2, 255,
    ]);
    expect(await all(await texts(streamOf("é", "")))).toStrictEqual(["é", ""]);
    expect(
      await all(
        await results(streamOf<Result<number, string>>(ok(1), err("no"))),
      ),
    ).toStrictEqual([ok(1), err("no")]);
  });

  it("forwards a future without waiting for it", async () => {
    const { text } = await component("text");
    let resolve = (_: string): void => {};
    const later = text(new Promise<string>((settle) => (resolve = settle)));
    resolve("at last");
    expect(await later).toBe("at last");
  });

  it("accepts a stream, and returns when it has ended", async () => {
    const { taken } = await component("taken");
    expect(await taken(streamOf(1, 2, 3))).toBe(6);
  });

  it("returns streams and futures within other values", async () => {
    const { both } = await component("both");
    const [stream, future] = await both(5);
    expect(await all(stream)).toStrictEqual([5, 6]);
    expect(await future).toBe(7);
  });
});
