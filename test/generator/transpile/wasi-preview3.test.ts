import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { hasJspi } from "../../support/component/build.js";
import { forwardingComponent } from "../../support/component/test-component.js";
import { wasiPackages } from "../../support/component/wasi-wit.js";

const names = ["clocks", "random", "filesystem", "sockets", "cli", "http"];
const packages = [
  wasiPackages("0.3.0", names),
  wasiPackages("0.2.12", ["io", ...names]),
].join("\n");

/** A component that exports what it imports, and forwards every call; with the output of a program that uses it. */
async function outputOf(
  interfaces: readonly string[],
  program: string,
): Promise<string> {
  const items = interfaces.map(
    (name) => `import wasi:${name}; export wasi:${name};`,
  );
  const { path, transpile } = await forwardingComponent(
    `package test:preview3; world w { ${items.join("\n")} }\n${packages}`,
  );
  await transpile("jspi");
  // The workers of the shim never end.
  writeFileSync(join(path, "main.mjs"), `${program}\nprocess.exit();\n`);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["main.mjs", "argument"],
    { cwd: path, timeout: 30_000 },
  );
  return stdout;
}

describe.runIf(hasJspi)("a component of WASI 0.3", () => {
  it("uses the clocks, random numbers and standard streams of jco's shim", async () => {
    const stdout = await outputOf(
      [
        "clocks/monotonic-clock@0.3.0",
        "clocks/system-clock@0.3.0",
        "random/random@0.3.0",
        "cli/environment@0.3.0",
        "cli/stdout@0.3.0",
      ],
      `import { instantiate } from "./jspi/index.js";
const { monotonicClock, systemClock, random, environment, stdout } = await instantiate();
const before = await monotonicClock.now();
await monotonicClock.waitFor(30_000_000n);
console.log((await monotonicClock.now()) - before >= 30_000_000n);
console.log(Object.keys(await systemClock.now()).sort().join());
console.log((await random.getRandomBytes(5n)).length);
console.log((await environment.getArguments()).at(-1));
async function* greeting() {
  yield* new TextEncoder().encode("hello\\n");
}
console.log((await stdout.writeViaStream(greeting())).tag);`,
    );
    expect(stdout).toBe("true\nnanoseconds,seconds\n5\nargument\nhello\nok\n");
  });

  it("forwards requests of the shim's HTTP server, whose resources pass unchanged", async () => {
    const stdout = await outputOf(
      ["http/handler@0.3.0"],
      `import { err, ok } from "@wit2ts/runtime";
import { Fields, HttpServer, Response } from "@bytecodealliance/preview3-shim/http";
import { once } from "node:events";
import { createServer } from "node:net";
import { instantiate } from "./jspi/index.js";
// The server does not tell its port, so it gets one that was free a moment ago.
const probe = createServer().listen(0, "127.0.0.1");
await once(probe, "listening");
const { port } = probe.address();
probe.close();
const seen = new Set();
const handler = {
  async handle(request) {
    seen.add(request.constructor.name);
    if (request.getPathWithQuery() === "/refused") return err({ tag: "HTTP-request-denied" });
    async function* body() {
      yield new TextEncoder().encode(request.getPathWithQuery());
    }
    const [response] = Response.new(new Fields(), body(), Promise.resolve({ tag: "ok", val: undefined }));
    response.setStatusCode(201);
    return ok(response);
  },
};
const exports = await instantiate({ imports: { "wasi:http/handler@0.3.0": handler } });
const server = new HttpServer(exports.handler);
server.on("error", console.log);
await server.listen(port, "127.0.0.1");
for (const path of ["/", "/news?page=1", "/refused"]) {
  const response = await fetch("http://127.0.0.1:" + port + path);
  console.log(response.status, await response.text());
}
console.log([...seen].join());`,
    );
    expect(stdout).toBe("201 /\n201 /news?page=1\n500 \nRequest\n");
  });

  it("may import WASI 0.2 as well", async () => {
    const stdout = await outputOf(
      ["cli/environment@0.2.12", "cli/environment@0.3.0"],
      `import { instantiate } from "./jspi/index.js";
const exports = await instantiate();
const old = exports["wasi:cli/environment@0.2.12"];
const current = exports["wasi:cli/environment@0.3.0"];
console.log((await old.initialCwd()) === (await current.getInitialCwd()));
console.log((await old.getArguments()).at(-1), (await current.getArguments()).at(-1));`,
    );
    expect(stdout).toBe("true\nargument argument\n");
  });
});
