import {
  ok,
  type InterfaceDescriptor,
  type WorldDescriptor,
} from "@wit2ts/runtime";
import { instantiate, type JcoInstantiate } from "@wit2ts/runtime/jco";
import { describe, expect, it } from "vitest";
import { loadComponent } from "../../../support/component/build.js";

/** An interface of one function, which exists in several versions. */
interface Greeter {
  greet(): number;
}
function greeter(version: string): InterfaceDescriptor<{ sync: Greeter }> {
  return {
    kind: "interface",
    name: `test:greet/greeter@${version}`,
    types: {},
    functions: { greet: { name: "greet", parameters: [], result: "u32" } },
  };
}
const one = "test:greet/greeter@1.0.0";
const two = "test:greet/greeter@2.0.0";
const World: WorldDescriptor<{
  imports: { [one]: Greeter; [two]: Greeter; lone: () => number };
  exports: { run: () => number; "in-line": Greeter };
}> = {
  kind: "world",
  name: "test:app/app",
  imports: {
    [one]: greeter("1.0.0"),
    [two]: greeter("2.0.0"),
    lone: {
      kind: "function",
      function: { name: "lone", parameters: [], result: "u32" },
    },
  },
  exports: {
    run: {
      kind: "function",
      function: { name: "run", parameters: [], result: "u32" },
    },
    "in-line": { ...greeter("0.0.0"), name: "in-line" },
  },
  types: {},
};
const source = {
  wit: `package test:app;
    world app {
      import ${one};
      import ${two};
      import lone: func() -> u32;
      export run: func() -> u32;
      export in-line: interface { greet: func() -> u32; }
    }
    package test:greet@1.0.0 { interface greeter { greet: func() -> u32; } }
    package test:greet@2.0.0 { interface greeter { greet: func() -> u32; } }`,
  world: "app",
  wat: `(module
    (import "${one}" "greet" (func $one (result i32)))
    (import "${two}" "greet" (func $two (result i32)))
    (import "$root" "lone" (func $lone (result i32)))
    (func (export "run") (result i32)
      (i32.add (i32.mul (call $lone) (i32.const 100))
        (i32.add (i32.mul (call $one) (i32.const 10)) (call $two))))
    (func (export "in-line#greet") (result i32) (call $one)))`,
};
const imports = {
  [one]: { greet: () => 1 },
  [two]: { greet: () => 2 },
  lone: () => 3,
};

describe("instantiate", () => {
  it.each(["js", "hybrid"])(
    "passes an implementation for each version, and functions of the world: %s bindings",
    async (importBindings) => {
      const component = await loadComponent(source, {
        mode: "sync",
        versioned: [one, two],
        jco: { importBindings },
      });
      const exports = await instantiate(World, component, imports);
      expect(exports.run()).toBe(312);
      expect(exports["in-line"].greet()).toBe(1);
    },
  );

  it("accepts jco's function with the types that jco generates for it", async () => {
    // Without `WebAssembly.Module` and `WebAssembly.Instance`, whose types are in a library that is not included.
    interface ImportObject {
      [one]: { greet: () => number };
    }
    interface Root {
      run: () => number;
    }
    type Instantiate = {
      (
        getCoreModule: (path: string) => object,
        imports: ImportObject,
        instantiateCore?: (
          module: object,
          imports: Record<string, unknown>,
        ) => object,
      ): Root;
      (
        getCoreModule: (path: string) => object | Promise<object>,
        imports: ImportObject,
        instantiateCore?: (
          module: object,
          imports: Record<string, unknown>,
        ) => object | Promise<object>,
      ): Root | Promise<Root>;
    };
    const component = ((_, given) => ({
      run: given[one].greet,
      inLine: { greet: () => 1 },
    })) as Instantiate;
    const exports = await instantiate(World, component, imports);
    expect(exports.run()).toBeTypeOf("number");
    await instantiate(World, { instantiate: component }, imports);
  });

  it("accepts the module that exports the function, too", async () => {
    const component = await loadComponent(source, {
      mode: "sync",
      versioned: [one, two],
    });
    const exports = await instantiate(
      World,
      { instantiate: component },
      imports,
    );
    expect(exports.run()).toBe(312);
  });

  it("rejects two versions of an interface if the component imports it without a version", async () => {
    const component = await loadComponent(source, { mode: "sync" });
    await expect(instantiate(World, component, imports)).rejects.toThrow(
      `the component asks for test:greet/greeter, but the world test:app/app imports ${one} and ${two}`,
    );
  });

  it("supports a component that imports an interface without its version", async () => {
    const component: JcoInstantiate = (_, given) => {
      const { greet } = given["test:greet/greeter"] as Greeter;
      return Promise.resolve({ run: greet, inLine: { greet } });
    };
    const { [two]: _, ...fewer } = World.imports;
    const world = { ...World, imports: fewer } as typeof World;
    const exports = await instantiate(world, component, imports);
    expect(exports.run()).toBe(1);
  });

  it("passes on `extraImports` and `getCoreModule`", async () => {
    const seen: unknown[] = [];
    const component: JcoInstantiate = (getCoreModule, given) => {
      seen.push(getCoreModule, given["wasi:cli/exit"]);
      return { run: () => 0, inLine: { greet: () => 0 } };
    };
    const getCoreModule = () => ok();
    await instantiate(World, component, imports, {
      getCoreModule,
      extraImports: { "wasi:cli/exit": 5 },
    });
    expect(seen).toStrictEqual([getCoreModule, 5]);
  });

  it("passes on an extra import of a name that the world imports in two versions", async () => {
    const extra = { greet: () => 0 };
    const component: JcoInstantiate = (_, given) => {
      expect(given["test:greet/greeter"]).toBe(extra);
      return { run: () => 0, inLine: { greet: () => 0 } };
    };
    await instantiate(World, component, imports, {
      extraImports: { "test:greet/greeter": extra },
    });
    expect.assertions(1);
  });

  it.each([
    "WebAssembly.Suspending is not a constructor",
    "WebAssembly.promising is not a function",
  ])("suggests a solution if the engine throws: %s", async (message) => {
    const cause = new TypeError(message);
    const component: JcoInstantiate = () => {
      throw cause;
    };
    await expect(instantiate(World, component, imports)).rejects.toThrow(
      expect.objectContaining({
        message:
          "this engine cannot suspend WebAssembly (JSPI), which the component needs for functions that wait by their type (`async func`, streams, futures) or that it was transpiled to suspend: use Node 24.20 or later",
        cause,
      }),
    );
    await expect(
      instantiate(World, component, imports, { async: true }),
    ).rejects.toThrow(
      expect.objectContaining({
        message:
          "this engine cannot suspend WebAssembly (JSPI): transpile the component for blocking calls (`wit2ts transpile --async-mode sync`), or use Node 24.20 or later",
        cause,
      }),
    );
  });

  it("names missing imports, implementations and exports", async () => {
    const component: JcoInstantiate = () => {
      throw new Error("not reached");
    };
    await expect(
      instantiate(World, component, { [one]: imports[one] } as never),
    ).rejects.toThrow(
      new TypeError(
        `the world test:app/app imports \`${two}\`, \`lone\`, which are missing`,
      ),
    );
    await expect(
      instantiate(World, component, undefined as never),
    ).rejects.toThrow(
      `the world test:app/app imports \`${one}\`, \`${two}\`, \`lone\`, which are missing`,
    );
    const { [two]: _, ...others } = imports;
    await expect(
      instantiate(World, component, {
        ...others,
        "test:greet/greeter": imports[two],
      } as never),
    ).rejects.toThrow(
      `the world test:app/app imports \`${two}\`, which is missing; it does not import \`test:greet/greeter\`, which was passed`,
    );
    await expect(
      instantiate(World, component, { ...imports, [two]: {} } as never),
    ).rejects.toThrow(`the implementation of ${two} lacks \`greet\``);
    await expect(
      instantiate(World, () => ({ run: () => 0 }), imports),
    ).rejects.toThrow(
      "the component does not export `in-line` of test:app/app",
    );
  });
});

it("instantiate passes an interface that a world calls `constructor` under that name", async () => {
  const called = { ...greeter("0.0.0"), name: "constructor" };
  const world: WorldDescriptor<{
    imports: { constructor$: Greeter };
    exports: { constructor$: Greeter };
  }> = {
    kind: "world",
    name: "test:app/app",
    imports: { constructor$: called },
    exports: { constructor$: called },
    types: {},
  };
  // The component exports its import.
  const start: JcoInstantiate = (_, given) =>
    Promise.resolve({ constructor: given["constructor"] });
  const { constructor$: made } = await instantiate(world, start, {
    constructor$: { greet: () => 7 },
  });
  expect(made.greet()).toBe(7);
});
