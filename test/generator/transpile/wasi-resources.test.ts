import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { err, ok } from "@wit2ts/runtime";
import { describe, expect, it } from "vitest";
import { hasJspi, type Mode } from "../../support/component/build.js";
import { forwardingComponent } from "../../support/component/test-component.js";
import { compile } from "../../support/emit/compile.js";

const modes: Mode[] = hasJspi ? ["sync", "jspi"] : ["sync"];

/** An interface of the component's package that passes resources of WASI in every way. */
const wit = `package test:passing@1.0.0;
interface files {
  use wasi:io/streams@0.2.12.{input-stream, stream-error};
  record found { name: string, content: option<input-stream> }
  variant problem { missing(string), broken(input-stream) }
  open: func(name: string) -> result<input-stream, problem>;
  size: func(of: borrow<input-stream>) -> u64;
  sizes: func(of: list<input-stream>) -> list<found>;
  reason: func(of: stream-error) -> string;
}
world w { import files; export files; }
package wasi:io@0.2.12 {
  interface error {
    resource error { to-debug-string: func() -> string; }
  }
  interface streams {
    use error.{error};
    variant stream-error { last-operation-failed(error), closed }
    resource input-stream {
      blocking-read: func(len: u64) -> result<list<u8>, stream-error>;
    }
  }
}`;
const name = "test:passing/files@1.0.0";

type Call = (...args: unknown[]) => unknown;

/** Stand in for the classes of jco's shim. */
class InputStream {
  readonly length: bigint;
  constructor(length: bigint) {
    this.length = length;
  }
}
class StreamFailure {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

function declarationsIn(directory: string): [path: string, text: string][] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".d.ts"))
    .map((path) => [path, readFileSync(join(directory, path), "utf8")]);
}

describe.each(modes)("resources of WASI, %s,", (mode) => {
  it("pass unchanged through imports and exports", async () => {
    const later = <T>(value: T) =>
      mode === "sync" ? value : Promise.resolve(value);
    const streams = [1n, 2n, 3n].map((length) => new InputStream(length));
    const [first, second, broken] = streams;
    const files = {
      open: (path: string) => {
        if (path === "broken")
          return later(err({ tag: "broken", val: broken }));
        return later(
          path === "first" ? ok(first) : err({ tag: "missing", val: path }),
        );
      },
      size: (stream: InputStream) => later(stream.length),
      sizes: (all: InputStream[]) =>
        later([
          ...all.map((content) => ({ name: String(content.length), content })),
          { name: "none", content: undefined },
        ]),
      reason: (error: { tag: string; val?: unknown }) =>
        later(error.val instanceof StreamFailure ? error.val.text : error.tag),
    };
    const { transpile } = await forwardingComponent(wit);
    const { instantiate } = await transpile(mode);
    const exports = await instantiate({
      imports: { [name]: files },
      wasi: {
        "wasi:io/streams": { InputStream },
        "wasi:io/error": { Error: StreamFailure },
      },
    });
    const { open, size, sizes, reason } = exports[name] as Record<string, Call>;

    expect(await open?.("nowhere")).toStrictEqual(
      err({ tag: "missing", val: "nowhere" }),
    );
    const opened = (await open?.("first")) as { val: unknown };
    expect(opened.val).toBe(first);
    const failed = (await open?.("broken")) as { val: { val: unknown } };
    expect(failed.val.val).toBe(broken);
    expect(await size?.(second)).toBe(2n);
    const found = (await sizes?.([first, second])) as { content: unknown }[];
    expect(found.map(({ content }) => content)).toStrictEqual([
      first,
      second,
      undefined,
    ]);
    expect(found[0]?.content).toBe(first);
    expect(await reason?.({ tag: "closed" })).toBe("closed");
    const failure = new StreamFailure("worn out");
    expect(await reason?.({ tag: "last-operation-failed", val: failure })).toBe(
      "worn out",
    );

    // Only the shim's own objects are resources of WASI.
    await expect(async () => size?.({ length: 4n })).rejects.toThrow(
      'Not a valid "InputStream" resource',
    );
  });

  it("pass unchanged beside the same interface in WASI 0.3", async () => {
    const { transpile } = await forwardingComponent(`package test:both@1.0.0;
interface files {
  use wasi:filesystem/types@0.2.12.{descriptor};
  use wasi:filesystem/types@0.3.0.{descriptor as later};
  size: func(of: borrow<descriptor>) -> u64;
  open: func(of: descriptor) -> result<later, descriptor>;
}
world w { import wasi:filesystem/types@0.3.0; import files; export files; }
package wasi:filesystem@0.2.12 { interface types { resource descriptor; } }
package wasi:filesystem@0.3.0 { interface types { resource descriptor; } }`);
    const { instantiate } = await transpile(mode);
    class Descriptor {
      readonly version = 2;
    }
    class Later {
      readonly version = 3;
    }
    const made = new Later();
    const exports = await instantiate({
      imports: {
        "test:both/files@1.0.0": {
          size: (of: unknown) => (of === first ? 1n : 2n),
          open: (of: unknown) => (of === first ? ok(made) : err(of)),
        },
      },
      wasi: {
        "wasi:filesystem/types": { Descriptor },
        "wasi:filesystem/types@0.3.0": { Descriptor: Later },
      },
    });
    const [first, second] = [new Descriptor(), new Descriptor()];
    const { size, open } = exports["test:both/files@1.0.0"] as Record<
      string,
      Call
    >;
    expect([await size?.(first), await size?.(second)]).toStrictEqual([1n, 2n]);
    expect(((await open?.(first)) as { val: unknown }).val).toBe(made);
    expect(((await open?.(second)) as { val: unknown }).val).toBe(second);
  });

  it("have one type for both contracts", async () => {
    const { path, transpile } = await forwardingComponent(wit);
    await transpile(mode);
    const declarations = readFileSync(
      join(path, mode, "bindings/wasi/io/streams.d.ts"),
      "utf8",
    );
    // Of a resource, a component names only the functions that it uses: here none.
    expect(declarations).toContain("functions throw their errors");
    expect(declarations).not.toContain("AsyncInputStream");
    const user = `import { instantiate, type Imports } from "./index.js";
      export async function first(imports: Imports): Promise<void> {
        const { files } = await instantiate({ imports });
        const opened = await files.open("first");
        if (opened.tag === "err") throw new Error(opened.val.tag);
        opened.val[Symbol.dispose]();
      }`;
    const problems = await compile([
      ...declarationsIn(join(path, mode)),
      ["user.ts", user],
    ]);
    expect(problems).toStrictEqual([]);
  });
});
