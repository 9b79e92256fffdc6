import type { InterfaceDescriptor } from "@wit2ts/runtime";
import {
  ComponentInstance,
  fromJcoExports,
  toJcoImports,
} from "@wit2ts/runtime/jco";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it("the adapters work in an engine without Web APIs, such as QuickJS in a guest", async () => {
  const program = `
    for (const name of ["TextDecoder", "TextEncoder", "WebAssembly", "structuredClone", "performance"])
      delete globalThis[name];
    const { fromJcoExports, toJcoImports } = await import("@wit2ts/runtime/jco");
    const descriptor = {
      kind: "interface",
      name: "test:guest/store",
      types: {},
      functions: {
        get: { name: "get", parameters: [{ name: "key", type: "string" }], result: "result<string, string>" },
      },
    };
    const outside = { get: (key) => { if (key === "") throw Object.assign(new Error(), { payload: "empty" }); return key; } };
    const { get } = toJcoImports(descriptor, fromJcoExports(descriptor, outside));
    let error;
    try { get(""); } catch ({ payload }) { error = payload; }
    console.log(get("a"), error);`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--input-type=module",
    "-e",
    program,
  ]);
  expect(stdout).toBe("a empty\n");
});

it("an export of a guest may call an import, which is not a re-entrant call", async () => {
  const numbers: InterfaceDescriptor<{
    sync: { next(): number };
    async: { next(): Promise<number> };
  }> = {
    kind: "interface",
    name: "test:guest/numbers",
    types: {},
    functions: { next: { name: "next", parameters: [], result: "u32" } },
  };
  const instance = new ComponentInstance();
  const imported = fromJcoExports(
    numbers,
    { next: () => Promise.resolve(5) },
    { instance, async: true },
  );
  const exported = toJcoImports(
    numbers,
    { next: () => imported.next() },
    { instance },
  );
  expect(await exported["next"]?.()).toBe(5);
});
