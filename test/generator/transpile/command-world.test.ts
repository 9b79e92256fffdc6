import { execFile } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { buildComponent, hasJspi } from "../../support/component/build.js";
import {
  nestedPackage,
  wasiPackages,
} from "../../support/component/wasi-wit.js";
import { runCommand } from "../../support/command.js";

const root = join(import.meta.dirname, "../../..");
/**
 * A world with the imports of command line tools and two kinds of sockets: those of WASI and those of `wit/socket.wit`.
 */
const wit = `package test:command;
world w {
  import wasi:cli/environment@0.2.12;
  import wasi:cli/stdout@0.2.12;
  import wasi:io/streams@0.2.12;
  import wasi:io/poll@0.2.12;
  import wasi:clocks/monotonic-clock@0.2.12;
  import wasi:clocks/wall-clock@0.2.12;
  import wasi:random/random@0.2.12;
  import wasi:filesystem/preopens@0.2.12;
  import wasi:filesystem/types@0.2.12;
  import wasi:sockets/tcp-create-socket@0.2.12;
  import wasi:sockets/tcp@0.2.12;
  import scheduler:core-libs/socket@0.1.0;
  export wasi:cli/run@0.2.12;
}
${nestedPackage(join(root, "wit/socket.wit"))}
${wasiPackages("0.2.12", ["io", "clocks", "random", "cli", "filesystem", "sockets"])}`;

/** Prints a greeting, calls functions of most imports, and fails if `create-socket` of `wit/socket.wit` fails. */
const wat = `(module
  (import "wasi:cli/environment@0.2.12" "get-arguments" (func $arguments (param i32)))
  (import "wasi:cli/stdout@0.2.12" "get-stdout" (func $stdout (result i32)))
  (import "wasi:io/streams@0.2.12" "[method]output-stream.blocking-write-and-flush" (func $write (param i32 i32 i32 i32)))
  (import "wasi:io/streams@0.2.12" "[resource-drop]output-stream" (func $drop_stream (param i32)))
  (import "wasi:clocks/monotonic-clock@0.2.12" "subscribe-duration" (func $sleep (param i64) (result i32)))
  (import "wasi:io/poll@0.2.12" "[method]pollable.block" (func $block (param i32)))
  (import "wasi:io/poll@0.2.12" "[resource-drop]pollable" (func $drop_pollable (param i32)))
  (import "wasi:random/random@0.2.12" "get-random-u64" (func $random (result i64)))
  (import "wasi:filesystem/preopens@0.2.12" "get-directories" (func $directories (param i32)))
  (import "wasi:sockets/tcp-create-socket@0.2.12" "create-tcp-socket" (func $tcp (param i32 i32)))
  (import "wasi:sockets/tcp@0.2.12" "[resource-drop]tcp-socket" (func $drop_tcp (param i32)))
  (import "scheduler:core-libs/socket@0.1.0" "create-socket" (func $socket (param i32 i32 i32)))
  (memory (export "memory") 2)
  (global $heap (mut i32) (i32.const 4096))
  (data (i32.const 16) "hello\\n")
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $heap) (i32.const 7)) (i32.const -8)))
    (global.set $heap (i32.add (local.get $at) (local.get 3)))
    (local.get $at))
  (func (export "wasi:cli/run@0.2.12#run") (result i32) (local $handle i32)
    (call $arguments (i32.const 256))
    (local.set $handle (call $stdout))
    (call $write (local.get $handle) (i32.const 16) (i32.const 6) (i32.const 256))
    (call $drop_stream (local.get $handle))
    (drop (call $random))
    (local.set $handle (call $sleep (i64.const 1000)))
    (call $block (local.get $handle))
    (call $drop_pollable (local.get $handle))
    (call $directories (i32.const 256))
    (call $tcp (i32.const 0) (i32.const 256))
    (if (i32.eqz (i32.load8_u (i32.const 256))) (then (call $drop_tcp (i32.load (i32.const 260)))))
    (call $socket (i32.const 0) (i32.const 0) (i32.const 256))
    (i32.load8_u (i32.const 256))))`;

it.each(hasJspi ? ["sync", "jspi"] : ["sync"])(
  "runs two instances of a WASI command that has both kinds of sockets, in mode %s",
  async (mode) => {
    mkdirSync(join(root, ".cache"), { recursive: true });
    const cwd = mkdtempSync(join(root, ".cache/command-"));
    onTestFinished(() => {
      rmSync(cwd, { recursive: true, force: true });
    });
    await buildComponent({ wit, world: "w", wat }, join(cwd, "w.wasm"));
    expect(
      await runCommand(
        ["transpile", "w.wasm", "--async-mode", mode, "--out", "out"],
        { cwd },
      ),
    ).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect(readFileSync(join(cwd, "out/index.d.ts"), "utf8")).toContain(
      "to which the policy and limits of these options do not apply.",
    );
    const dispose = mode === "jspi" ? "asyncDispose" : "dispose";
    writeFileSync(
      join(cwd, "main.mjs"),
      `import { instantiate } from "./out/index.js";
const one = await instantiate({ limits: { openSockets: 1 } });
const two = await instantiate();
console.log(await Promise.all([one.run.run(), two.run.run()]));
console.log(await Promise.all([one.run.run(), two.run.run()]));
await one[Symbol.${dispose}]();
console.log((await one.run.run()).tag, (await two.run.run()).tag);
await two[Symbol.${dispose}]();
`,
    );
    // The process exits by itself, so the disposed instances keep nothing alive.
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["main.mjs"],
      { cwd, timeout: 30_000 },
    );
    expect(stdout.replaceAll(/\s+/g, " ").split("hello ").join("")).toBe(
      "[ { tag: 'ok', val: undefined }, { tag: 'ok', val: undefined } ] [ { tag: 'err', val: undefined }, { tag: 'ok', val: undefined } ] err ok ",
    );
    expect(stdout.split("hello\n")).toHaveLength(7);
  },
);
