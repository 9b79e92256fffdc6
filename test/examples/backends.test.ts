/** Runs the HTTP action over each of the backends. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { AsyncSocket, Socket } from "@wit2ts/core-libs/socket";
import { unwrap } from "@wit2ts/runtime";
import { createMemoryNetwork } from "@wit2ts/socket/memory";
import { createNodeSocket } from "@wit2ts/socket/node";
import { createNodeSyncSocket } from "@wit2ts/socket/node-sync";
import { createWasiSocket } from "@wit2ts/socket/wasi";
import * as clocks from "preview2-shim-0.26/clocks";
import * as io from "preview2-shim-0.26/io";
import * as sockets from "preview2-shim-0.26/sockets";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer } from "../../examples/actions-http/server.js";
import { httpGet } from "../../examples/http-action.js";
import { isThorough } from "../support/thorough.js";

describe("the HTTP action", () => {
  let server: Awaited<ReturnType<typeof startServer>>;

  // The server runs in another thread, because blocking backends block this one.
  beforeAll(async () => {
    server = await startServer();
  });

  afterAll(async () => {
    await server.stop();
  });

  const backends: Readonly<
    Record<
      string,
      () => (AsyncSocket & AsyncDisposable) | (Socket & Disposable)
    >
  > = {
    node: () => createNodeSocket(),
    "node-sync": () => createNodeSyncSocket(),
    wasi: () => createWasiSocket({ sockets, io, clocks }),
  };

  it.each(Object.entries(backends))("runs over %s", async (_, create) => {
    await using socket = create();
    const base = `http://127.0.0.1:${String(server.port)}`;
    const page = await httpGet(socket, `${base}/news?page=1`);
    expect(page.tag).toBe("ok");
    expect(page.val).toContain("HTTP/1.1 200 OK");
    expect(page.val).toContain("You asked for /news?page=1, grüezi.");
    expect(await httpGet(socket, "http://127.0.0.1:1/")).toEqual({
      tag: "err",
      val: "Connection refused: is the server at 127.0.0.1:1 running?",
    });
  });

  it("runs in memory", async () => {
    const network = createMemoryNetwork();
    const office = network.machine("10.0.0.1");
    const cloud = network.machine("10.1.0.1");
    network.name("news.test", ["10.1.0.1"]);
    cloud.spawn(function* (socket) {
      const listener = unwrap(yield* socket.createSocket("ipv4", "tcp"));
      unwrap(yield* socket.bind(listener, { host: "10.1.0.1", port: 80 }));
      unwrap(yield* socket.listen(listener, 4));
      const client = unwrap(yield* socket.accept(listener));
      const request = unwrap(yield* socket.receive(client, 4096n));
      const line = new TextDecoder().decode(request).split("\r\n")[0] ?? "";
      const answer = `HTTP/1.1 200 OK\r\n\r\n${line}`;
      unwrap(yield* socket.send(client, new TextEncoder().encode(answer)));
      unwrap(yield* socket.close(client));
    });
    using socket = office.createSocket();
    expect(await httpGet(socket, "http://news.test/news")).toEqual({
      tag: "ok",
      val: "HTTP/1.1 200 OK\r\n\r\nGET /news HTTP/1.1",
    });
    expect(await httpGet(socket, "http://10.1.0.1:81/")).toMatchObject({
      tag: "err",
    });
  });
});

// Skipped by default, because building the component takes about 20 seconds.
describe.runIf(isThorough)("http-action-wasi as a program", () => {
  it("runs over WASI, also inside a component", async () => {
    const child = spawn(
      process.execPath,
      [
        ...["--import", "./scripts/typescript.mjs"],
        "examples/http-action-wasi.ts",
      ],
      {
        cwd: fileURLToPath(new URL("../..", import.meta.url)),
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let output = "";
    let errors = "";
    child.stdout.on("data", (data: Buffer) => (output += data.toString()));
    child.stderr.on("data", (data: Buffer) => (errors += data.toString()));
    const [status] = (await once(child, "close")) as [number];
    expect(errors).toBe("");
    expect(status).toBe(0);
    expect(output).toContain("You asked for /news?page=1, grüezi.");
    expect(output).toContain("Connection refused");
    expect(output).toContain("You asked for /news?page=2, grüezi.");
    expect(output).toContain("Failed to connect: connection-refused");
  }, 180_000);
});
