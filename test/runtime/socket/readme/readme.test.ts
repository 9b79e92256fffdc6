import { build } from "esbuild";
import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { ask } from "./blocking.js";
import { get } from "./client.js";
import { loseServer } from "./memory.js";
import { socket as guarded } from "./policy.js";
import { serve, stop } from "./server.js";
import { ask as askOverWasi } from "./wasi.js";

const path = new URL("../../../../runtime/socket/README.md", import.meta.url);
const fenced = /(<!-- (\S+\.ts) -->\n+```ts\n)([\s\S]*?)```/g;

/** The text of a file beside this one. */
function source(file: string): string {
  return readFileSync(new URL(file, import.meta.url), "utf8");
}

// With UPDATE_README=1 the files are copied into the page.
if (process.env["UPDATE_README"] === "1") {
  const updated = readFileSync(path, "utf8").replace(
    fenced,
    (_block, fence: string, file: string) => `${fence}${source(file)}\`\`\``,
  );
  writeFileSync(path, updated);
}
const readme = readFileSync(path, "utf8");

/** Each code block, and the file that it shows. */
const blocks = [...readme.matchAll(fenced)].map(
  ([, , file = "", code = ""]) => ({ file, code }),
);

describe("the code of the README", () => {
  it("is entirely tested", () => {
    expect(blocks.length).toBe([...readme.matchAll(/```ts\n/g)].length);
    expect(blocks.map(({ file }) => file).sort()).toEqual([
      "blocking.ts",
      "client.ts",
      "memory.ts",
      "policy.ts",
      "server.ts",
      "toy-driver.ts",
      "toy-node-test.ts",
      "toy.test.ts",
      "wasi-guest.ts",
      "wasi.ts",
    ]);
  });

  it.each(blocks)("$file is identical to the tested file", ({ file, code }) => {
    expect(code).toBe(source(file));
  });

  it("has a conformance test under 15 lines", () => {
    const test = blocks.find(({ file }) => file === "toy.test.ts")?.code ?? "";
    const body = test.slice(test.indexOf("socketConformance({")).trim();
    expect(body.split("\n").length).toBeLessThan(15);
  });

  it("passes the suite under node:test", async () => {
    const loader = new URL(
      "../../../../scripts/typescript.mjs",
      import.meta.url,
    );
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        "--import",
        loader.href,
        "--test-reporter=tap",
        fileURLToPath(new URL("toy-node-test.ts", import.meta.url)),
      ],
      { maxBuffer: 1 << 26 },
    );
    const count = (what: string) =>
      Number(new RegExp(`^# ${what} (\\d+)$`, "m").exec(stdout)?.[1]);
    expect(count("fail")).toBe(0);
    expect(count("pass")).toBeGreaterThan(100);
  }, 30_000);

  it("downloads a page", async () => {
    const server = createServer((connection) => {
      connection.once("data", (request) => {
        connection.end(
          `HTTP/1.1 200 OK\r\n\r\n${request.toString().split("\r\n")[0] ?? ""}`,
        );
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    expect(await get("127.0.0.1", port, "/page")).toBe(
      "HTTP/1.1 200 OK\r\n\r\nGET /page HTTP/1.1",
    );
    server.close();
    await once(server, "close");
    expect(await get("127.0.0.1", port, "/")).toBe(
      "The server is not running.",
    );
  });

  it("runs an echo server", async () => {
    const port = await serve();
    const client = connect(port, "127.0.0.1");
    client.write("hello");
    expect(String((await once(client, "data"))[0])).toBe("hello");
    await stop();
    await once(client, "close");
  });

  it("loses a server and recovers", async () => {
    expect(await loseServer()).toEqual([
      "timeout",
      "select 1",
      "connection-reset",
    ]);
  });

  it("enforces its policy", async () => {
    const handle = await guarded.createSocket("ipv4", "tcp");
    if (handle.tag === "err") throw new Error(handle.val);
    expect(
      await guarded.connect(handle.val, { host: "127.0.0.1", port: 80 }),
    ).toEqual({
      tag: "err",
      val: "network-unreachable",
    });
    await guarded.dispose();
  });

  it("asks over UDP and waits for the answer", async () => {
    const silent = createSocket("udp4").bind(0, "127.0.0.1");
    await once(silent, "listening");
    expect(ask(silent.address().port, "anybody?")).toBe("No answer: timeout");
    silent.close();
    // The asking thread is blocked, so the server runs in another thread.
    const answering = new Worker(
      `const { parentPort } = require("node:worker_threads");
       const socket = require("node:dgram").createSocket("udp4");
       socket.on("message", (data, { port }) => socket.send("yes, " + data, port, "127.0.0.1", () => socket.close()));
       socket.bind(0, "127.0.0.1", () => parentPort.postMessage(socket.address().port));`,
      { eval: true },
    );
    const [port] = (await once(answering, "message")) as [number];
    expect(ask(port, "hello")).toBe("127.0.0.1 says yes, hello");
    await once(answering, "exit");
  });

  it("asks over WASI", async () => {
    const answering = new Worker(
      `const { parentPort } = require("node:worker_threads");
       const server = require("node:net").createServer((client) => {
         client.once("data", (data) => client.end("yes, " + data));
         server.close();
       });
       server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));`,
      { eval: true },
    );
    const [port] = (await once(answering, "message")) as [number];
    expect(askOverWasi(port, "hello")).toBe("yes, hello");
    await once(answering, "exit");
  });

  it("imports only WASI in a component", async () => {
    const { metafile } = await build({
      entryPoints: [fileURLToPath(new URL("./wasi-guest.ts", import.meta.url))],
      bundle: true,
      format: "esm",
      external: ["wasi:*"],
      write: false,
      metafile: true,
    });
    const imports = Object.values(metafile.outputs).flatMap((output) =>
      output.imports.map(({ path }) => path),
    );
    expect(imports.sort()).toEqual([
      "wasi:clocks/monotonic-clock@0.2.12",
      "wasi:io/error@0.2.12",
      "wasi:io/poll@0.2.12",
      "wasi:io/streams@0.2.12",
      "wasi:sockets/instance-network@0.2.12",
      "wasi:sockets/ip-name-lookup@0.2.12",
      "wasi:sockets/tcp-create-socket@0.2.12",
      "wasi:sockets/tcp@0.2.12",
      "wasi:sockets/udp-create-socket@0.2.12",
      "wasi:sockets/udp@0.2.12",
    ]);
  });
});
