import type { InterfaceDescriptor } from "@wit2ts/runtime";
import { BridgeClosedError, createSyncBridge } from "@wit2ts/runtime/sync";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { Shapes } from "../../../support/shapes/generated/wit2ts-test/shapes/shapes.js";
import { echoed, manyParameters } from "../../../support/shapes/values.js";

const module = new URL(
  "../../../support/sync/implementation.mjs",
  import.meta.url,
);

/** An interface of one function, which the implementations for the difficult cases have. */
interface Command {
  aString(command: string): string;
}
const Command: InterfaceDescriptor<{ sync: Command }> = {
  kind: "interface",
  name: "wit2ts-test:shapes/command",
  types: {},
  functions: {
    aString: {
      name: "a-string",
      parameters: [{ name: "command", type: "string" }],
      result: "string",
    },
  },
};

const open: Disposable[] = [];
afterEach(() => {
  for (const bridge of open.splice(0)) bridge[Symbol.dispose]();
});

function control(resourceLimits = {}): Command {
  const bridge = createSyncBridge(Command, {
    module,
    export: "control",
    resourceLimits,
  });
  open.push(bridge);
  return bridge.contract;
}

describe("values over the bridge", () => {
  it("come back unchanged, in every shape", () => {
    const names = Object.keys(Shapes.functions);
    const bridge = createSyncBridge(Shapes, {
      module,
      export: "echo",
      options: { names },
    });
    open.push(bridge);
    const contract = bridge.contract as unknown as Record<
      string,
      (...args: unknown[]) => unknown
    >;
    for (const [name, values] of Object.entries(echoed)) {
      for (const value of values) {
        expect(contract[name]?.(value)).toStrictEqual(value);
      }
    }
    expect(contract["manyParameters"]?.(...manyParameters)).toStrictEqual(
      manyParameters,
    );
    expect(contract["nothing"]?.()).toBeUndefined();
  });

  it("may be far larger than its buffers in both directions, and small afterwards", () => {
    const command = control();
    expect(command.aString("repeat 5000000")).toHaveLength(5_000_000);
    const large = "y".repeat(3_000_000);
    expect(command.aString(large)).toBe(large);
    expect(command.aString("small")).toBe("small");
  });

  it("are rejected if they are not of the declared type", () => {
    const command = control();
    expect(() => command.aString(5 as never)).toThrow(
      "argument 1 of `wit2ts-test:shapes/command#a-string`: expected a string, got 5",
    );
    expect(() => command.aString("wrong-type")).toThrow(
      "expected a string, got 5",
    );
    expect(command.aString("still there")).toBe("still there");
  });
});

describe("exceptions over the bridge", () => {
  it("keep class, message, stack, cause and code", () => {
    const command = control();
    const error = thrown(() => command.aString("throw too-far"));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe("too-far");
    expect(error.stack).toContain("implementation.mjs");
    expect(error.cause).toMatchObject({
      name: "StrangeError",
      message: "deeper",
      code: "ESTRANGE",
    });
    expect(command.aString("alive")).toBe("alive");
  });

  it("keep a code that is a number", () => {
    expect(thrown(() => control().aString("throw-number 20"))).toMatchObject({
      message: "coded",
      code: 20,
    });
  });

  it("become Errors if other values are thrown", () => {
    const error = thrown(() => control().aString("throw-string oops"));
    expect(error.message).toBe("oops");
  });

  it.each([
    ["object-without-prototype", "Error", ""],
    ["object-that-throws", "Error", ""],
    ["error-with-symbols", "Error", ""],
    ["error-with-call-sites", "RangeError", "far"],
    ["error-that-throws", "Error", ""],
    ["proxy", "Error", ""],
  ])("end only the call: %s", (what, name, message) => {
    const command = control();
    const error = thrown(() => command.aString(`throw-odd ${what}`));
    expect(error).not.toBeInstanceOf(BridgeClosedError);
    expect(error.name).toBe(name);
    expect(error.message).toContain(message);
    expect(command.aString("alive")).toBe("alive");
  });
});

describe("a worker that dies", () => {
  it.each([
    ["exit 3", "exited with code 3"],
    ["uncaught", "out of nowhere"],
  ])("%s ends the call and all later ones", (how, why) => {
    const command = control();
    const error = thrown(() => command.aString(how));
    expect(error).toBeInstanceOf(BridgeClosedError);
    expect(error.message).toContain(why);
    expect(thrown(() => command.aString("again"))).toBe(error);
  });

  it("because it is out of memory ends the call", () => {
    const command = control({
      maxOldGenerationSizeMb: 24,
      maxYoungGenerationSizeMb: 4,
    });
    const error = thrown(() => command.aString("exhaust"));
    expect(error).toBeInstanceOf(BridgeClosedError);
    expect(error.cause).toMatchObject({ code: "ERR_WORKER_OUT_OF_MEMORY" });
  });

  it("is distinguished from one that is busy", () => {
    expect(control().aString("spin 1500")).toBe("spun");
  });
});

describe("a bridge that cannot be created", () => {
  it.each([
    ["nothing", "neither an implementation"],
    ["absent", "neither an implementation"],
    ["incomplete", "lacks `aString`"],
    ["failing", "cannot start"],
  ])("throws an error with the reason: %s", (name, why) => {
    expect(() => createSyncBridge(Command, { module, export: name })).toThrow(
      why,
    );
  });

  it("throws an error that names a missing module", () => {
    expect(() =>
      createSyncBridge(Command, { module: new URL("absent.mjs", module) }),
    ).toThrow(/absent\.mjs/);
  });

  it("rejects interfaces with values that are not plain data, before a worker starts", () => {
    const descriptor: InterfaceDescriptor = {
      kind: "interface",
      name: "a:b/c",
      types: {},
      functions: {
        read: {
          name: "read",
          parameters: [],
          result: "stream<u8>",
        },
      },
    };
    expect(() => createSyncBridge(descriptor, { module })).toThrow(
      "`a:b/c#read` cannot be bridged: a stream is not plain data",
    );
    // No function takes or returns one, but the contract would have to have its class.
    const types: InterfaceDescriptor["types"] = {
      file: { kind: "resource", key: "File", methods: {}, statics: {} },
    };
    expect(() =>
      createSyncBridge({ ...descriptor, types, functions: {} }, { module }),
    ).toThrow("a:b/c cannot be bridged: it declares the resource `file`");
  });
});

describe("disposing of a bridge", () => {
  it("disposes of the implementation, and waits for that", async () => {
    const { path, remove } = await scratch();
    const bridge = createSyncBridge(Command, {
      module,
      export: "disposable",
      options: { path, delay: 50 },
    });
    bridge.dispose();
    bridge.dispose();
    expect(await readFile(path, "utf8")).toBe("disposed");
    expect(() => bridge.contract.aString("late")).toThrow(BridgeClosedError);
    await remove();
  });

  it("in a getter of an argument ends the call", () => {
    const bridge = createSyncBridge(Shapes, {
      module,
      export: "echo",
      options: { names: Object.keys(Shapes.functions) },
    });
    const few = {
      get a(): boolean {
        bridge.dispose();
        return true;
      },
    };
    expect(() => bridge.contract.flagsFew(few)).toThrow(BridgeClosedError);
  });

  it.each([NaN, -1, null as never])(
    "rejects a timeout of %s",
    (disposeTimeout) => {
      expect(() =>
        createSyncBridge(Command, {
          module,
          export: "control",
          disposeTimeout,
        }),
      ).toThrow(RangeError);
    },
  );

  it("waits no longer than `disposeTimeout`", async () => {
    const { path, remove } = await scratch();
    const bridge = createSyncBridge(Command, {
      module,
      export: "disposable",
      options: { path, delay: 60_000 },
      disposeTimeout: 20,
    });
    bridge.dispose();
    await expect(readFile(path)).rejects.toMatchObject({ code: "ENOENT" });
    await remove();
  });
});

describe("the process", () => {
  it.each([
    ["ends by itself while a bridge is open", ""],
    ["can be ended with a bridge open", "process.exit(0);"],
  ])("%s, after the implementation is disposed of", async (_, ending) => {
    const { path, remove } = await scratch();
    const script = `
      import { createSyncBridge } from "@wit2ts/runtime/sync";
      const bridge = createSyncBridge(${JSON.stringify(Command)}, {
        module: ${JSON.stringify(module.href)},
        export: "disposable",
        options: ${JSON.stringify({ path, delay: 100 })},
      });
      console.log(bridge.contract.aString("answered"));
      ${ending}`;
    const child = spawn(
      process.execPath,
      ["--input-type=module", "--eval", script],
      {
        cwd: import.meta.dirname,
        stdio: ["ignore", "pipe", "inherit"],
        timeout: 10_000,
      },
    );
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    expect(await once(child, "close")).toStrictEqual([0, null]);
    expect(output).toBe("answered\n");
    expect(await readFile(path, "utf8")).toBe("disposed");
    await remove();
  });
});

async function scratch() {
  const folder = await mkdtemp(join(tmpdir(), "wit2ts-bridge-"));
  return {
    path: join(folder, "disposed"),
    remove: () => rm(folder, { recursive: true }),
  };
}

function thrown(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
