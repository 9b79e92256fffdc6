import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { hasJspi, type Mode } from "../../support/component/build.js";
import {
  forwardingComponent,
  testComponent,
} from "../../support/component/test-component.js";
import { wasiPackages } from "../../support/component/wasi-wit.js";

const root = join(import.meta.dirname, "../../..");
const packages = [
  "io",
  "clocks",
  "random",
  "filesystem",
  "sockets",
  "cli",
  "http",
];
const worldOf = (items: string): string => `package test:server;
world w { ${items} }
${wasiPackages("0.2.12", packages)}`;
const wit = worldOf(
  "import wasi:http/types@0.2.12; export wasi:http/incoming-handler@0.2.12;",
);

/** Answers each request with status 201 and the path that was asked for. */
const wat = `(module
  (import "wasi:http/types@0.2.12" "[method]incoming-request.path-with-query" (func $path (param i32 i32)))
  (import "wasi:http/types@0.2.12" "[resource-drop]incoming-request" (func $drop_request (param i32)))
  (import "wasi:http/types@0.2.12" "[constructor]fields" (func $fields (result i32)))
  (import "wasi:http/types@0.2.12" "[constructor]outgoing-response" (func $response (param i32) (result i32)))
  (import "wasi:http/types@0.2.12" "[method]outgoing-response.set-status-code" (func $status (param i32 i32) (result i32)))
  (import "wasi:http/types@0.2.12" "[method]outgoing-response.body" (func $body (param i32 i32)))
  (import "wasi:http/types@0.2.12" "[static]response-outparam.set" (func $set (param i32 i32 i32 i32 i64 i32 i32 i32 i32)))
  (import "wasi:http/types@0.2.12" "[method]outgoing-body.write" (func $stream (param i32 i32)))
  (import "wasi:http/types@0.2.12" "[static]outgoing-body.finish" (func $finish (param i32 i32 i32 i32)))
  (import "wasi:io/streams@0.2.12" "[method]output-stream.blocking-write-and-flush" (func $write (param i32 i32 i32 i32)))
  (import "wasi:io/streams@0.2.12" "[resource-drop]output-stream" (func $drop_stream (param i32)))
  (memory (export "memory") 2)
  (global $heap (mut i32) (i32.const 4096))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $heap) (i32.const 7)) (i32.const -8)))
    (global.set $heap (i32.add (local.get $at) (local.get 3)))
    (local.get $at))
  (func (export "wasi:http/incoming-handler@0.2.12#handle") (param $request i32) (param $out i32)
    (local $response i32) (local $body i32) (local $stream i32)
    (call $path (local.get $request) (i32.const 16))
    (call $drop_request (local.get $request))
    (local.set $response (call $response (call $fields)))
    (drop (call $status (local.get $response) (i32.const 201)))
    (call $body (local.get $response) (i32.const 64))
    (local.set $body (i32.load (i32.const 68)))
    (call $set (local.get $out) (i32.const 0) (local.get $response)
      (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))
    (call $stream (local.get $body) (i32.const 64))
    (local.set $stream (i32.load (i32.const 68)))
    (call $write (local.get $stream) (i32.load (i32.const 20)) (i32.load (i32.const 24)) (i32.const 128))
    (call $drop_stream (local.get $stream))
    (call $finish (local.get $body) (i32.const 0) (i32.const 0) (i32.const 128))))`;

/** The program of docs/jco.md, which then asks the server for pages. */
function program(mode: Mode, middleware?: string): string {
  const page = readFileSync(join(root, "docs/jco.md"), "utf8");
  const section = page.slice(page.indexOf("## WASI"));
  const served = /```ts\n(.*?)```/s.exec(section)?.[1] ?? "";
  expect(served).toContain("server.listen(8080,");
  const handler =
    middleware === undefined
      ? served
      : served.replace(
          "HTTPServer(incomingHandler)",
          `HTTPServer((await (await import("${middleware}/${mode}/index.js")).instantiate({
             imports: { "wasi:http/incoming-handler@0.2.12": incomingHandler },
           })).incomingHandler)`,
        );
  return `${handler.replace("./dist/", `./${mode}/`).replace("8080", "0")}
const { port } = server.address();
for (const path of ["/", "/news?page=1", "/" + "x".repeat(3000)]) {
  const response = await fetch("http://127.0.0.1:" + port + path);
  const text = await response.text();
  console.log(response.status, text === path);
}
server.stop();
// The worker of the shim never ends.
process.exit();
`;
}

const modes: Mode[] = hasJspi ? ["sync", "jspi"] : ["sync"];

async function serve(path: string, text: string): Promise<string> {
  writeFileSync(join(path, "serve.mjs"), text);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["serve.mjs"],
    { cwd: path, timeout: 30_000 },
  );
  return stdout;
}

it.each(modes)(
  "serves HTTP with a component that exports wasi:http/incoming-handler, %s",
  async (mode) => {
    const { path, transpile } = await testComponent({ wit, world: "w", wat });
    await transpile(mode);
    expect(await serve(path, program(mode))).toBe(
      "201 true\n201 true\n201 true\n",
    );
  },
);

it.each(modes)(
  "passes requests through a component that imports wasi:http/incoming-handler, %s",
  async (mode) => {
    const { path, transpile } = await testComponent({ wit, world: "w", wat });
    const middleware = await forwardingComponent(
      worldOf(
        "import wasi:http/incoming-handler@0.2.12; export wasi:http/incoming-handler@0.2.12;",
      ),
    );
    await transpile(mode);
    await middleware.transpile(mode);
    expect(await serve(path, program(mode, middleware.path))).toBe(
      "201 true\n201 true\n201 true\n",
    );
  },
);
