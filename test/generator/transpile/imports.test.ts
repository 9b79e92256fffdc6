import { describe, expect, it } from "vitest";
import {
  importSources,
  shimmedInterfaces,
} from "../../../generator/src/transpile/imports.js";
import { resolveText } from "../../support/emit/model.js";

/** The model of a world with the given items, and the world. */
function worldOf(items: string) {
  const { model } = resolveText(`package test:imports;
world w { ${items} }
package wasi:io@0.2.12 {
  interface poll { resource pollable { block: func(); } }
}
package wasi:random@0.3.0 {
  interface random { get-random-u64: func() -> u64; }
}
package wasi:http@0.2.12 {
  interface types { resource incoming-request { method: func() -> string; } }
  interface incoming-handler {
    use types.{incoming-request};
    handle: func(request: incoming-request);
  }
}`);
  const world = model.worlds.find(({ name }) => name === "w");
  if (world === undefined) throw new Error("there is no world");
  return { model, world };
}

/** The names of the interfaces whose functions throw their errors. */
function shimmed(items: string): (string | null | undefined)[] {
  const { model, world } = worldOf(items);
  return [...shimmedInterfaces(model, world).keys()].map(
    (id) => model.interfaces[id]?.name,
  );
}

describe("interfaces of WASI", () => {
  it("are those of jco's shim where they are imported by their own names", () => {
    expect(shimmed("import wasi:io/poll@0.2.12;")).toStrictEqual(["poll"]);
    expect(shimmed("import one: wasi:io/poll@0.2.12;")).toStrictEqual([]);
    expect(
      shimmed("import wasi:io/poll@0.2.12; export wasi:io/poll@0.2.12;"),
    ).toStrictEqual([]);
  });

  it("are the user's where the shim does not have them", () => {
    const items = "import wasi:http/incoming-handler@0.2.12;";
    const { model, world } = worldOf(items);
    expect(importSources(model, world)).toMatchObject({
      wasi: [{ key: "wasi:http/types", thrown: "bare" }],
      hasOthers: true,
      versioned: ["wasi:http/incoming-handler@0.2.12"],
    });
    expect(shimmed(items)).toStrictEqual(["types"]);
  });

  it("keep their versions in WASI 0.3, and throw errors as a payload", () => {
    const name = "wasi:random/random@0.3.0";
    const { model, world } = worldOf(`import ${name};`);
    expect(importSources(model, world)).toMatchObject({
      wasi: [
        {
          key: name,
          shim: "@bytecodealliance/preview3-shim",
          thrown: "as-payload",
        },
      ],
      hasOthers: false,
      versioned: [name],
    });
    expect([...shimmedInterfaces(model, world).values()]).toStrictEqual([
      "as-payload",
    ]);
  });
});
