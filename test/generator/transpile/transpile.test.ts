import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { Socket } from "@wit2ts/core-libs/socket";
import { format } from "prettier";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  forwardingSource,
  hasJspi,
  transpileComponent,
  type ComponentSource,
  type Mode,
} from "../../support/component/build.js";
import { runCommand } from "../../support/command.js";
import { programOf } from "../../support/emit/compile.js";

/** Components are transpiled, compiled and run as in a user's project. */

const root = join(import.meta.dirname, "../../..");
const run = promisify(execFile);
const modes: Mode[] = hasJspi ? ["sync", "jspi"] : ["sync"];
const socketWit = readFileSync(join(root, "wit/socket.wit"), "utf8");

/** A component that imports and exports the socket interface, and forwards every call. */
const forwarding = forwardingSource(Socket, socketWit);

/**
 * A component that imports everything but the socket interface: WASI, a function and a resource. It exports functions,
 * and an interface with a resource.
 */
const mixed: ComponentSource = {
  wit: `package test:mixed@1.2.3;
    interface store {
      resource entry {
        constructor(name: string);
        size: func() -> u32;
        open: static func(name: string) -> result<entry, string>;
      }
    }
    interface report {
      enum mood { good, bad }
      resource line {
        constructor(number: u32);
        number: func() -> u32;
        first: static func() -> line;
      }
      sum: func(a: u32, b: u32) -> result<u32, mood>;
    }
    world mixed {
      import wasi:random/random@0.2.3;
      import wasi:cli/environment@0.2.0;
      import store;
      import log: func(count: u32) -> result<u32, string>;
      export report;
      export random-bytes: func() -> u64;
      export log-twice: func(count: u32) -> result<u32, string>;
    }
    package wasi:random@0.2.3 { interface random { get-random-u64: func() -> u64; } }
    package wasi:cli@0.2.0 { interface environment { get-arguments: func() -> list<string>; } }`,
  world: "mixed",
  wat: `(module
    (import "wasi:random/random@0.2.3" "get-random-u64" (func $random (result i64)))
    (import "wasi:cli/environment@0.2.0" "get-arguments" (func $arguments (param i32)))
    (import "test:mixed/store@1.2.3" "[constructor]entry" (func $entry (param i32 i32) (result i32)))
    (import "test:mixed/store@1.2.3" "[method]entry.size" (func $size (param i32) (result i32)))
    (import "test:mixed/store@1.2.3" "[static]entry.open" (func $open (param i32 i32 i32)))
    (import "$root" "log" (func $log (param i32 i32)))
    (import "[export]test:mixed/report@1.2.3" "[resource-new]line" (func $new (param i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 4096)
    (func (export "random-bytes") (result i64)
      (call $arguments (i32.const 64))
      (call $random))
    (func (export "log-twice") (param i32) (result i32)
      (call $log (local.get 0) (i32.const 16))
      (if (i32.eqz (i32.load8_u (i32.const 16)))
        (then (call $log (i32.load (i32.const 20)) (i32.const 16))))
      i32.const 16)
    (func (export "test:mixed/report@1.2.3#sum") (param i32 i32) (result i32)
      (i32.store8 (i32.const 32) (i32.eqz (local.get 1)))
      (if (local.get 1)
        (then (i32.store (i32.const 36)
          (i32.add (local.get 0)
            (call $size (call $entry (i32.const 0) (local.get 1))))))
        (else (i32.store8 (i32.const 36) (i32.const 1))))
      i32.const 32)
    (func (export "test:mixed/report@1.2.3#[constructor]line") (param i32) (result i32)
      (call $new (local.get 0)))
    (func (export "test:mixed/report@1.2.3#[method]line.number") (param i32) (result i32) local.get 0)
    (func (export "test:mixed/report@1.2.3#[static]line.first") (result i32)
      (call $new (i32.const 1))))`,
};

/** Builds a component, and returns its path. */
async function build(source: ComponentSource): Promise<string> {
  const module = await transpileComponent(source, { mode: "sync" });
  return join(dirname(module), "component.wasm");
}

/** Creates a project inside the repository, so that its programs can resolve the packages. */
function project(files: Readonly<Record<string, string>> = {}): string {
  mkdirSync(join(root, ".cache"), { recursive: true });
  const directory = mkdtempSync(join(root, ".cache/transpile-"));
  onTestFinished(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  const config = {
    compilerOptions: {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noUnusedLocals: true,
      noUnusedParameters: true,
      isolatedModules: true,
      verbatimModuleSyntax: true,
      skipLibCheck: false,
      target: "es2022",
      lib: ["es2022", "esnext.disposable"],
      module: "nodenext",
      types: ["node"],
      rootDir: ".",
      outDir: "built",
    },
    exclude: ["built"],
  };
  const all = {
    "package.json": '{ "type": "module" }',
    "tsconfig.json": JSON.stringify(config),
    ...files,
  };
  for (const [name, text] of Object.entries(all))
    writeFileSync(join(directory, name), text);
  return directory;
}

/** Compiles a project with its strict options. */
async function compile(directory: string): Promise<void> {
  await run(process.execPath, [
    programOf("typescript-7"),
    "-p",
    directory,
  ]).catch((error: unknown) => {
    throw new Error((error as { stdout: string }).stdout);
  });
}

async function transpile(
  cwd: string,
  component: string,
  ...args: string[]
): Promise<void> {
  cpSync(component, join(cwd, "component.wasm"));
  expect(
    await runCommand(["transpile", "component.wasm", "--out", "out", ...args], {
      cwd,
    }),
  ).toEqual({ exitCode: 0, stdout: "", stderr: "" });
}

/** Starts an echo server on the loopback interface in a child process, and returns its port. */
async function echoServer(): Promise<number> {
  const script = join(root, "test/support/component/echo-server.mjs");
  const child = fork(script, { execArgv: [] });
  onTestFinished(async () => {
    child.disconnect();
    if (child.exitCode === null) await once(child, "exit");
  });
  const [port] = (await once(child, "message")) as [number];
  return port;
}

/** A user's program. It serves both modes, because `await` accepts values that are no promises. */
const client = `import { unwrap, type Result } from "@wit2ts/runtime";
import { instantiate, type InstantiateOptions } from "./out/index.js";
import { SocketError } from "./out/bindings/scheduler/core-libs/socket.js";

const port = Number(process.argv[2]);

async function talk(options: InstantiateOptions): Promise<string> {
  const component = await instantiate(options);
  try {
    const { socket } = component;
    const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
    const connected: Result<void, SocketError> = await socket.connect(handle, { host: "127.0.0.1", port });
    if (connected.tag === "err") return connected.val;
    unwrap(await socket.send(handle, new TextEncoder().encode("over the wire")));
    const bytes = unwrap(await socket.receive(handle, 100n));
    return new TextDecoder().decode(Uint8Array.from(bytes));
  } finally {
    DISPOSE
  }
}

console.log(await talk({}));
console.log(await talk({ policy: { connect: ["10.0.0.0/8"] } }));
const limited = await instantiate({ limits: { openSockets: 1 } });
unwrap(await limited.socket.createSocket("ipv4", "udp"));
console.log((await limited.socket.createSocket("ipv4", "udp")).val);
await instantiate({ policy: { connect: ["nonsense:"] } }).catch((error: unknown) => {
  console.log((error as Error).name);
});
// @ts-expect-error there is no such option
void ((): InstantiateOptions => ({ policies: {} }));
`;

const disposals: Record<Mode, string> = {
  sync: "component[Symbol.dispose]();",
  jspi: "await component[Symbol.asyncDispose]();",
};

describe.each(modes)("a component that imports sockets, in mode %s", (mode) => {
  it.each(["typescript", "javascript"])(
    "compiles with strict options and transfers bytes, as %s",
    async (language) => {
      const directory = project({
        "main.ts": client.replace("DISPOSE", disposals[mode]),
      });
      const component = await build(forwarding);
      await transpile(
        directory,
        component,
        ...["--async-mode", mode, "--language", language],
      );
      await compile(directory);
      // TypeScript output is compiled with the project, which does not copy jco's JavaScript files.
      const built = join(directory, "built/out");
      expect(existsSync(built)).toBe(language === "typescript");
      if (language === "typescript")
        cpSync(join(directory, "out/component"), join(built, "component"), {
          recursive: true,
        });
      else cpSync(join(directory, "out"), built, { recursive: true });
      const { stdout, stderr } = await run(process.execPath, [
        join(directory, "built/main.js"),
        String(await echoServer()),
      ]);
      expect({ stdout, stderr }).toEqual({
        stdout: [
          "over the wire",
          "network-unreachable",
          "other",
          "SyntaxError",
          "",
        ].join("\n"),
        stderr: "",
      });
    },
    60_000,
  );

  it("uses the given implementation of the socket interface in place of Node's", async () => {
    const directory = project({
      "main.js": `import { createMemoryNetwork } from "@wit2ts/socket/memory";
import { instantiate } from "./out/index.js";
const machine = createMemoryNetwork().machine("10.0.0.1");
const own = machine.${mode === "sync" ? "createSocket" : "createAsyncSocket"}();
const { socket } = await instantiate({ imports: { "scheduler:core-libs/socket@0.1.0": own } });
const { val } = await socket.createSocket("ipv4", "udp");
await socket.bind(val, { host: "10.0.0.1", port: 7 });
console.log((await socket.getLocalAddress(val)).val);
`,
    });
    await transpile(directory, await build(forwarding), "--async-mode", mode);
    const { stdout } = await run(process.execPath, [
      join(directory, "main.js"),
    ]);
    expect(stdout).toBe("{ host: '10.0.0.1', port: 7 }\n");
  }, 60_000);
});

const mixedProgram = `import { err, ok, type Result } from "@wit2ts/runtime";
import { instantiate, type Imports, type InstantiateOptions } from "./out/index.js";
import { Mood } from "./out/bindings/test/mixed/report.js";

class Entry {
  readonly #name: string;
  constructor(name: string) {
    this.#name = name;
  }
  size(): number {
    return this.#name.length;
  }
  [Symbol.dispose](): void {}
  static open(name: string): Result<Entry, string> {
    return ok(new Entry(name));
  }
}
const imports: Imports = {
  "test:mixed/store@1.2.3": { Entry },
  log: (count) => (count > 10 ? err("too much") : ok(count * 2)),
};

const component = await instantiate({ imports });
const { report } = component;
console.log(await report.sum(40, 2));
const refused = await report.sum(1, 0);
console.log(refused, refused.tag === "err" && refused.val === Mood.Bad);
console.log(await component.logTwice(3), await component.logTwice(8));
console.log(typeof (await component.randomBytes()));
const line = new report.Line(7);
console.log(await line.number(), await (await report.Line.first()).number());

const fixed = await instantiate({
  imports,
  wasi: { "wasi:random/random": { getRandomU64: () => 4n } },
});
console.log(await fixed.randomBytes());

try {
  // @ts-expect-error there are no sockets that it could apply to
  await instantiate({ imports, policy: { connect: [] } });
} catch (error) {
  console.log(String(error));
}

// Where no compiler says so:
for (const given of [[], [{}], [{ imports: { log: imports.log } }]])
  await (instantiate as (...args: unknown[]) => Promise<unknown>)(...given).catch((error: unknown) => {
    console.log(String(error));
  });

// @ts-expect-error the imports are missing
void ((): InstantiateOptions => ({}));
// @ts-expect-error log is missing
void ((): InstantiateOptions => ({ imports: { "test:mixed/store@1.2.3": { Entry } } }));
`;

describe.each(modes)(
  "a component that does not import sockets, in mode %s",
  (mode) => {
    it("accepts typed imports, and uses jco's WASI shim", async () => {
      const directory = project({ "main.ts": mixedProgram });
      await transpile(directory, await build(mixed), "--async-mode", mode);
      await compile(directory);
      // The transpiled output is JavaScript, so only the program itself was compiled.
      cpSync(
        join(directory, "built/main.js"),
        join(directory, "compiled-main.js"),
      );
      const { stdout } = await run(process.execPath, [
        join(directory, "compiled-main.js"),
      ]);
      expect(stdout.split("\n")).toEqual([
        "{ tag: 'ok', val: 42 }",
        "{ tag: 'err', val: 'bad' } true",
        "{ tag: 'ok', val: 12 } { tag: 'err', val: 'too much' }",
        "bigint",
        "7 1",
        "4n",
        "RangeError: there is no option policy: the component does not import the socket interface, so there are imports, wasi, getCoreModule",
        "TypeError: the world root:component/root imports `test:mixed/store@1.2.3`, `log`, which are missing",
        "TypeError: the world root:component/root imports `test:mixed/store@1.2.3`, `log`, which are missing",
        "TypeError: the world root:component/root imports `test:mixed/store@1.2.3`, which is missing",
        "",
      ]);
    }, 60_000);
  },
);

describe("the output", () => {
  it("is formatted as by Prettier, deterministic, and replaced by later runs without touching other files", async () => {
    const directory = project();
    const component = await build(mixed);
    const options = ["--async-mode", "jspi", "--language", "typescript"];
    await transpile(directory, component, ...options);
    const index = readFileSync(join(directory, "out/index.ts"), "utf8");
    expect(await format(index, { parser: "typescript" })).toBe(index);
    expect(
      await runCommand(
        [
          ...["transpile", "component.wasm", "--out", "out"],
          ...[...options, "--check"],
        ],
        { cwd: directory },
      ),
    ).toMatchObject({ exitCode: 0, stderr: "" });
    writeFileSync(join(directory, "out/mine.txt"), "");
    await transpile(
      directory,
      await build(forwarding),
      ...["--async-mode", "sync"],
    );
    expect(existsSync(join(directory, "out/index.ts"))).toBe(false);
    expect(existsSync(join(directory, "out/index.js"))).toBe(true);
    expect(existsSync(join(directory, "out/index.d.ts"))).toBe(true);
    expect(existsSync(join(directory, "out/component/wasi.js"))).toBe(false);
    expect(existsSync(join(directory, "out/mine.txt"))).toBe(true);
  }, 60_000);

  it("passes the component's memory itself to Node's sockets only, and copies to other implementations", async () => {
    const directory = project();
    await transpile(directory, await build(forwarding));
    writeFileSync(
      join(directory, "main.js"),
      `import { instantiate } from "./out/index.js";
const name = "scheduler:core-libs/socket@0.1.0";
const seen = [];
const own = new Proxy({}, {
  get: () => (_, data) => {
    if (data instanceof Uint8Array) seen.push(data);
    return { tag: "ok", val: 1n };
  },
});
const { socket } = await instantiate({ imports: { [name]: own } });
await socket.send(1, new Uint8Array([1, 2]));
await socket.send(1, new Uint8Array([3, 4]));
console.log(seen.map((data) => [...data]), seen.map((data) => data.buffer.byteLength < 65_536));
`,
    );
    const { stdout } = await run(process.execPath, [
      join(directory, "main.js"),
    ]);
    expect(stdout).toBe("[ [ 1, 2 ], [ 3, 4 ] ] [ true, true ]\n");
  }, 60_000);

  it("is valid JavaScript if resources have constructors and static functions", async () => {
    const directory = project();
    await transpile(directory, await build(mixed), "--async-mode", "jspi");
    // Without changes, jco's code for static functions would be a syntax error.
    await run(process.execPath, [
      "--check",
      join(directory, "out/component/component.js"),
    ]);
  }, 60_000);
});
