import { createServer, type RequestListener } from "node:http";
import { spawn } from "node:child_process";
import { createConnection } from "node:net";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { SocketAddress } from "@wit2ts/core-libs/socket";
import { createNodeSocket } from "@wit2ts/socket/node";
import { httpGet, parseUrl } from "../../examples/http-action.js";
import { explain, tcpClient } from "../../examples/tcp-client.js";
import { tcpServer } from "../../examples/tcp-server.js";
import { udpClient, udpServer } from "../../examples/udp.js";

const local: SocketAddress = { host: "127.0.0.1", port: 0 };

/** Runs a `node:http` server until `use` has finished. */
async function withHttpServer(
  listener: RequestListener,
  use: (port: number) => Promise<void>,
): Promise<void> {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null)
    throw new Error("the server has no address");
  try {
    await use(address.port);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe("the examples as programs", () => {
  const programs: Record<string, string[]> = {
    "tcp-client": ["HTTP/1.1 200 OK", "Hello from a socket of WIT!"],
    "tcp-server": ["asked: GET /greeting HTTP/1.1", "a client got 200"],
    udp: ["the server got: a message", "the server answered: A MESSAGE"],
    "http-action": [
      "You asked for /news?page=1.",
      "Connection refused",
      "Unknown host",
    ],
  };
  for (const [name, lines] of Object.entries(programs)) {
    it(`${name} runs and prints the expected lines`, async () => {
      const root = fileURLToPath(new URL("../..", import.meta.url));
      const child = spawn(
        process.execPath,
        ["--import", "./scripts/typescript.mjs", `examples/${name}.ts`],
        { cwd: root, stdio: ["ignore", "pipe", "pipe"] },
      );
      let output = "";
      let errors = "";
      child.stdout.on("data", (data: Buffer) => (output += data.toString()));
      child.stderr.on("data", (data: Buffer) => (errors += data.toString()));
      const [status] = (await once(child, "close")) as [number];
      expect(errors).toBe("");
      expect(status).toBe(0);
      for (const line of lines) expect(output).toContain(line);
    });
  }
});

describe("tcp-client and tcp-server", () => {
  it("talk to each other", async () => {
    await using socket = createNodeSocket();
    const requests: string[] = [];
    const served = await tcpServer(socket, local, {
      connections: 2,
      request: (text) => requests.push(text),
      listening: async (address) => {
        for (let count = 0; count < 2; count++) {
          const answer = await tcpClient(socket, address);
          expect(answer.tag).toBe("ok");
          expect(answer.val).toContain("Hello from a socket of WIT!");
        }
      },
    });
    expect(served).toEqual({ tag: "ok", val: undefined });
    expect(requests).toHaveLength(2);
    expect(requests[0]).toMatch(/^GET \/ HTTP\/1\.1\r\nHost: 127\.0\.0\.1\r\n/);
    expect(socket.openHandles()).toEqual([]);
  });

  it("can be restarted on the same port at once, while connections of earlier runs are in TIME_WAIT", async () => {
    await using socket = createNodeSocket();
    let address = local;
    for (let run = 0; run < 3; run++) {
      const served = await tcpServer(socket, address, {
        connections: 1,
        listening: async (taken) => {
          address = taken;
          expect((await tcpClient(socket, taken)).tag).toBe("ok");
        },
      });
      expect(served.tag).toBe("ok");
    }
  });

  it("continue to serve after a client that sends nothing", async () => {
    await using socket = createNodeSocket();
    await tcpServer(socket, local, {
      connections: 2,
      listening: async (address) => {
        const silent = createConnection(address);
        silent.on("error", () => undefined);
        await once(silent, "connect");
        silent.destroy();
        expect((await tcpClient(socket, address)).tag).toBe("ok");
      },
    });
    expect(socket.openHandles()).toEqual([]);
  });

  it("explain why a server cannot be reached", async () => {
    await using socket = createNodeSocket();
    const bound = await socket.createSocket("ipv4", "tcp");
    if (bound.tag === "err") throw new Error(bound.val);
    await socket.bind(bound.val, local);
    const address = await socket.getLocalAddress(bound.val);
    if (address.tag === "err") throw new Error(address.val);
    const refused = await tcpClient(socket, address.val);
    expect(refused).toEqual({ tag: "err", val: "connection-refused" });
    expect(explain("connection-refused")).toContain("may not be running");
    expect(explain("timeout")).toContain("too long");
    expect(explain("network-unreachable")).toContain("no way");
    expect(explain("other")).toContain("other");
  });
});

describe("udp", () => {
  it("sends a datagram and receives the answer", async () => {
    await using socket = createNodeSocket();
    let client: ReturnType<typeof udpClient> | undefined;
    let serverAddress: SocketAddress | undefined;
    const served = await udpServer(socket, local, (address) => {
      serverAddress = address;
      client = udpClient(socket, address, "grüße");
    });
    expect(served.tag === "ok" && served.val.text).toBe("grüße");
    const answer = await client;
    expect(answer).toEqual({
      tag: "ok",
      val: { text: "GRÜSSE", sender: serverAddress },
    });
    expect(socket.openHandles()).toEqual([]);
  });
});

describe("http-action", () => {
  it("fetches a large response of node:http", async () => {
    await using socket = createNodeSocket();
    const page = "grüße ".repeat(100_000);
    await withHttpServer(
      (request, response) => {
        response.setHeader("X-Path", request.url ?? "");
        response.setHeader("X-Host", request.headers.host ?? "");
        response.end(page);
      },
      async (port) => {
        const url = `http://127.0.0.1:${String(port)}/a/b?c=d`;
        const { tag, val } = await httpGet(socket, url);
        expect(tag).toBe("ok");
        expect(val).toContain("X-Path: /a/b?c=d\r\n");
        expect(val).toContain(`X-Host: 127.0.0.1:${String(port)}\r\n`);
        expect(val.endsWith(page)).toBe(true);
      },
    );
    expect(socket.openHandles()).toEqual([]);
  });

  it("rejects a response that is not UTF-8", async () => {
    await using socket = createNodeSocket();
    await withHttpServer(
      (_request, response) => response.end(Buffer.from([0x61, 0xff, 0x62])),
      async (port) => {
        const got = await httpGet(socket, `http://127.0.0.1:${String(port)}/`);
        expect(got).toEqual({
          tag: "err",
          val: "Invalid UTF-8 in the response",
        });
      },
    );
  });

  it("reports a connection reset by the server", async () => {
    await using socket = createNodeSocket();
    await withHttpServer(
      (request) => request.socket.resetAndDestroy(),
      async (port) => {
        const got = await httpGet(socket, `http://127.0.0.1:${String(port)}/`);
        expect(got).toEqual({
          tag: "err",
          val: "Failed to receive: connection-reset",
        });
      },
    );
    expect(socket.openHandles()).toEqual([]);
  });

  it("reports what is wrong with a URL", () => {
    expect(parseUrl("http://[::1]:8080/x?y#z")).toEqual({
      tag: "ok",
      val: {
        family: "ipv6",
        host: "::1",
        port: 8080,
        path: "/x?y",
        authority: "[::1]:8080",
      },
    });
    expect(parseUrl("http://example")).toMatchObject({
      val: { host: "example", port: 80, path: "/" },
    });
    expect(parseUrl("nonsense")).toEqual({
      tag: "err",
      val: "Invalid URL: nonsense",
    });
    expect(parseUrl("https://example/")).toEqual({
      tag: "err",
      val: "Unsupported protocol: https",
    });
  });
});
