import { describe, expect, it } from "vitest";
import { generateBindings } from "../../../generator/src/generate.js";
import { compile } from "../../support/emit/compile.js";
import { resolveText } from "../../support/emit/model.js";

/** Interfaces whose implementations jco gets from its shim, and one that uses their types. */
const wit = `package test:user@1.0.0;
interface files {
  use wasi:io/streams@0.2.12.{input-stream};
  resource folder {
    open: func(name: string) -> result<input-stream, string>;
  }
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
      constructor(size: u32) -> result<input-stream, string>;
      read: func(len: u64) -> result<list<u8>, stream-error>;
      check: func() -> result<_, stream-error>;
      merged: static func(all: list<input-stream>) -> result<input-stream>;
    }
  }
}`;

function generated(): Map<string, string> {
  const { model, origins } = resolveText(wit);
  const thrown = new Map<number, "bare">();
  model.interfaces.forEach(({ package: owner }, id) => {
    if (model.packages[owner]?.name === "wasi:io@0.2.12")
      thrown.set(id, "bare");
  });
  expect(thrown.size).toBe(2);
  const options = { worlds: ["w"] };
  const { files } = generateBindings(model, options, origins, thrown);
  return new Map(files.map(({ path, text }) => [path, text]));
}

describe("an interface in jco's conventions", () => {
  it("has functions that throw their errors, also in the asynchronous contract", () => {
    const text = generated().get("wasi/io/streams.ts");
    for (const line of [
      "  read(len: bigint): Uint8Array;",
      "  check(): void;",
      "  new (size: number): InputStream;",
      "  merged(all: InputStream[]): InputStream;",
      "  /** @throws the error itself if the function fails: `StreamError` */",
      "   * @throws `undefined` if the function fails",
      "export type AsyncStreams = Streams;",
    ])
      expect(text).toContain(`${line}\n`);
    expect(text).not.toContain("Result<");
    expect(text).not.toContain("Promise<");
    expect(text).not.toContain("AsyncInputStream");
  });

  it("leaves other interfaces in the conventions of contracts", () => {
    const text = generated().get("test/user/files.ts");
    expect(text).toContain(
      "  open(name: string): Result<InputStream, string>;\n",
    );
    expect(text).toContain(
      "  open(name: string): Promise<Result<InputStream, string>>;\n",
    );
  });

  it("compiles, and so does what uses it", async () => {
    const user = `import type { AsyncFolder } from "./test/user/files.js";
      export async function first(folder: AsyncFolder): Promise<Uint8Array> {
        const opened = await folder.open("first");
        if (opened.tag === "err") throw new Error(opened.val);
        return opened.val.read(8n);
      }`;
    const problems = await compile([...generated(), ["user.ts", user]]);
    expect(problems).toStrictEqual([]);
  });
});
