import { once } from "node:events";
import { connect as connectRaw } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Digest, pattern, patternDigest } from "@wit2ts/socket/conformance";
import { createNodeSocket, nodeSupports } from "@wit2ts/socket/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  canMakeNamespaces,
  connect,
  ok,
  program,
  rawServer,
  runForJson,
  startVictim,
} from "./support.js";

const megabyte = 1_048_576;
const namespaces = await canMakeNamespaces();

let sockets: ReturnType<typeof createNodeSocket>;
let server: Awaited<ReturnType<typeof rawServer>>;
beforeEach(async () => {
  sockets = createNodeSocket();
  server = await rawServer();
});
afterEach(async () => {
  // The peer first, or else `dispose` would wait to deliver the data queued for it.
  server.close();
  await sockets.dispose();
});

/** Sends until a send fails, and returns the error. */
async function sendUntilError(handle: number): Promise<string> {
  for (let round = 0; round < 10_000; round++) {
    const sent = await sockets.send(handle, new Uint8Array(65_536));
    if (sent.tag === "err") return sent.val;
  }
  return "none";
}

/** Receives until an error or the end of the stream, and returns which it was. */
async function receiveUntilOver(handle: number): Promise<string> {
  for (;;) {
    const received = await sockets.receive(handle, 65_536n);
    if (received.tag === "err") return received.val;
    if (received.val.length === 0) return "end";
  }
}

describe("a connection that breaks in mid-transfer", () => {
  it("fails with connection-reset for the sender, in pending and later calls", async () => {
    const handle = await connect(sockets, server.address);
    const raw = await server.next();
    const sending = sendUntilError(handle);
    raw.resume();
    await once(raw, "data");
    raw.resetAndDestroy();
    expect(await sending).toBe("connection-reset");
    expect(await sockets.send(handle, new Uint8Array(1))).toEqual({
      tag: "err",
      val: "connection-reset",
    });
    expect(await sockets.close(handle)).toEqual({ tag: "ok" });
  });

  it("fails with connection-reset for a pending receive", async () => {
    const handle = await connect(sockets, server.address);
    const raw = await server.next();
    raw.write(new Uint8Array(100_000));
    // Read to the last byte first: Node may lose a reset that arrives while there is something to read.
    for (let length = 0; length < 100_000;)
      length += (await ok(sockets.receive(handle, 65_536n))).length;
    const receiving = receiveUntilOver(handle);
    raw.resetAndDestroy();
    expect(await receiving).toBe("connection-reset");
  });

  it.skipIf(!nodeSupports.resetAfterData)(
    // An old libuv reports the end of the stream instead; no public API of Node reveals the reset.
    "fails with connection-reset for a later receive, after the data",
    async () => {
      const handle = await connect(sockets, server.address);
      const raw = await server.next();
      raw.write(pattern(500_000, 1));
      await sleep(50);
      raw.resetAndDestroy();
      await sleep(50);
      expect(await receiveUntilOver(handle)).toBe("connection-reset");
    },
  );
});

describe("a peer that is killed", () => {
  it("with nothing unread ends the connection or resets it", async () => {
    const { child, address } = await startVictim("reads");
    const handle = await connect(sockets, address);
    expect(await ok(sockets.receive(handle, 100n))).toHaveLength(5);
    const receiving = receiveUntilOver(handle);
    child.kill("SIGKILL");
    await once(child, "exit");
    // The kernel closes the sockets of a dead process: with an orderly end if they have no unread input.
    expect(["end", "connection-reset"]).toContain(await receiving);
    expect(await sendUntilError(handle)).toBe("connection-reset");
  });

  it("with input unread resets the connection", async () => {
    const { child, address } = await startVictim("does not read");
    const handle = await connect(sockets, address);
    expect(await ok(sockets.receive(handle, 100n))).toHaveLength(5);
    const sending = sendUntilError(handle);
    await sleep(30);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await sending).toBe("connection-reset");
  });
});

describe("a half-closed connection", () => {
  it("still transfers data in the other direction", async () => {
    const handle = await connect(sockets, server.address);
    const raw = await server.next();
    raw.end("the peer's last words");
    let received = "";
    for (;;) {
      const part = await ok(sockets.receive(handle, 100n));
      if (part.length === 0) break;
      received += new TextDecoder().decode(part);
    }
    expect(received).toBe("the peer's last words");
    const digest = new Digest();
    raw.on("data", (data) => digest.add(data)).resume();
    expect(await ok(sockets.send(handle, pattern(megabyte, 3)))).toBe(
      BigInt(megabyte),
    );
    const ended = once(raw, "end");
    await ok(sockets.close(handle));
    await ended;
    expect(digest.toString()).toBe(patternDigest(megabyte, 3));
  });

  it("is released after close even if the peer sends more", async () => {
    const handle = await connect(sockets, server.address);
    const raw = await server.next();
    await ok(sockets.send(handle, new TextEncoder().encode("request")));
    await ok(sockets.close(handle));
    // The peer sees the end of the stream; data that it sends afterwards causes no error on this side.
    const ended = once(raw, "end");
    raw.resume();
    await ended;
    raw.end("too late");
    await once(raw, "close");
    expect(sockets.openHandles()).toEqual([]);
  });
});

describe("a hundred megabytes to a slow reader", () => {
  it("are not buffered by sends with a timeout", async () => {
    const handle = await connect(sockets, server.address);
    await server.next();
    await ok(sockets.setWriteTimeout(handle, 20n));
    const before = process.memoryUsage().arrayBuffers;
    const chunk = new Uint8Array(megabyte);
    let taken = 0;
    for (let round = 0; round < 100; round++) {
      const sent = await sockets.send(handle, chunk);
      if (sent.tag === "err") break;
      taken += Number(sent.val);
    }
    // The kernel's buffers and 256 KiB: on Linux loopback a few megabytes, and as much again of copies that are not yet
    // garbage-collected.
    expect(taken).toBeLessThan(32 * megabyte);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(
      16 * megabyte,
    );
  });

  it("are sent in one call without a copy of all the data", async () => {
    const handle = await connect(sockets, server.address);
    const raw = await server.next();
    const length = 100 * megabyte;
    const data = new Uint8Array(length);
    for (let at = 0; at < length; at += megabyte)
      data.set(pattern(4096, at), at);
    const expected = new Digest().add(data.subarray(0, megabyte)).toString();
    const before = process.memoryUsage().arrayBuffers;
    const sending = ok(sockets.send(handle, data));
    await sleep(100);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(
      16 * megabyte,
    );
    let received = 0;
    const head = new Digest();
    raw.on("data", (part: Buffer) => {
      if (received < megabyte) head.add(part.subarray(0, megabyte - received));
      received += part.length;
    });
    raw.resume();
    expect(await sending).toBe(BigInt(length));
    await ok(sockets.close(handle));
    await once(raw, "end");
    expect(received).toBe(length);
    expect(head.toString()).toBe(expected);
  });

  it("are not buffered by a socket that does not call receive", async () => {
    const handle = await connect(sockets, server.address);
    const raw = await server.next();
    const before = process.memoryUsage().arrayBuffers;
    const chunk = Buffer.alloc(megabyte, 7);
    let written = 0;
    const limit = 100 * megabyte;
    while (written < limit) {
      written += chunk.length;
      if (raw.write(chunk)) continue;
      const drained = await Promise.race([
        once(raw, "drain"),
        sleep(200, "stuck"),
      ]);
      if (drained === "stuck") break;
    }
    expect(written).toBeLessThan(limit);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(
      4 * megabyte,
    );
    raw.end();
    let received = 0;
    for (;;) {
      const part = await ok(sockets.receive(handle, BigInt(megabyte)));
      if (part.length === 0) break;
      received += part.length;
    }
    expect(received).toBe(written);
  });
});

describe("a flood of connections", () => {
  it("beyond the backlog waits or is refused, and accepted ones deliver all their data", async () => {
    const listener = await ok(sockets.createSocket("ipv4", "tcp"));
    await ok(sockets.bind(listener, { host: "127.0.0.1", port: 0 }));
    await ok(sockets.listen(listener, 8));
    const { port } = await ok(sockets.getLocalAddress(listener));
    const clients = Array.from({ length: 200 }, (_, index) => {
      const client = connectRaw({ host: "127.0.0.1", port });
      client.on("error", () => undefined);
      client.end(`client ${String(index)}`);
      return client;
    });
    await sleep(100);
    await ok(sockets.setReadTimeout(listener, 500n));
    const greeted = new Set<string>();
    for (;;) {
      const accepted = await sockets.accept(listener);
      if (accepted.tag === "err") break;
      let text = "";
      for (;;) {
        const part = await ok(sockets.receive(accepted.val, 100n));
        if (part.length === 0) break;
        text += new TextDecoder().decode(part);
      }
      expect(text).toMatch(/^client \d+$/);
      greeted.add(text);
      await ok(sockets.close(accepted.val));
    }
    expect(greeted.size).toBeGreaterThanOrEqual(8);
    for (const client of clients) client.destroy();
  });
});

describe("a process out of file descriptors", () => {
  it.skipIf(process.platform === "win32")(
    // There is no `ulimit` on Windows.
    "gets `other` with EMFILE, and works again once some descriptors are free",
    async () => {
      const command = `ulimit -n 60 && exec "$0" "$1"`;
      expect(
        await runForJson(
          "sh",
          "-c",
          command,
          process.execPath,
          program("descriptors.mjs"),
        ),
      ).toEqual({
        bind: ["other", "EMFILE"],
        "bind of datagrams": ["other", "EMFILE"],
        connect: ["other", "EMFILE"],
        after: "still here",
        open: 3,
      });
    },
  );
});

describe("a network that loses packets", () => {
  it.skipIf(!namespaces)(
    // Without network namespaces, a test cannot lose packets without affecting other programs.
    "causes distinct errors: no route, unreachable, lost, and several addresses of which some are unreachable",
    async () => {
      expect(
        await runForJson(
          "unshare",
          "-rn",
          process.execPath,
          program("namespace.mjs"),
        ),
      ).toEqual({
        "no route": ["network-unreachable", "ENETUNREACH"],
        unreachable: ["network-unreachable", "EHOSTUNREACH"],
        prohibited: ["other", "EACCES"],
        lost: ["timeout", "ETIMEDOUT"],
        "lost, own timeout": ["timeout", null],
        "several addresses": "ok",
        "several addresses, all dead": ["network-unreachable", "EHOSTUNREACH"],
        "datagram, no route": ["network-unreachable", "ENETUNREACH"],
        "datagram, unreachable": ["network-unreachable", "EHOSTUNREACH"],
        "datagram, lost": "ok",
        "datagram, after those": "ok",
        "closed while connecting": ["connection-aborted", null],
      });
    },
  );
});

describe("close", () => {
  it("aborts calls that wait for a name lookup, whose later result has no effect", async () => {
    const answers: (() => void)[] = [];
    const backend = createNodeSocket({
      lookup: (_name, { family }, callback) => {
        answers.push(() => {
          callback(null, [{ address: "127.0.0.1", family }]);
        });
      },
    });
    const address = { host: "slow.test", port: server.address.port };
    const tcp = await ok(backend.createSocket("ipv4", "tcp"));
    const bound = await ok(backend.createSocket("ipv4", "tcp"));
    const udp = await ok(backend.createSocket("ipv4", "udp"));
    const peer = await ok(backend.createSocket("ipv4", "udp"));
    const waiting = [
      backend.connect(tcp, address),
      backend.bind(bound, { host: "slow.test", port: 0 }),
      backend.sendTo(udp, new Uint8Array(1), address),
      backend.connect(peer, address),
    ];
    for (const handle of [tcp, bound, udp, peer])
      await ok(backend.close(handle));
    for (const call of waiting)
      expect(await call).toEqual({ tag: "err", val: "connection-aborted" });
    for (const answer of answers) answer();
    await sleep(20);
    expect(server.connections).toEqual([]);
    expect(backend.openHandles()).toEqual([]);
    await backend.dispose();
  });

  it("of the backend aborts every pending call", async () => {
    const backend = createNodeSocket();
    const listener = await ok(backend.createSocket("ipv4", "tcp"));
    await ok(backend.bind(listener, { host: "127.0.0.1", port: 0 }));
    await ok(backend.listen(listener, 1));
    const client = await connect(backend, server.address);
    const udp = await ok(backend.createSocket("ipv4", "udp"));
    await ok(backend.bind(udp, { host: "127.0.0.1", port: 0 }));
    const waiting = [
      backend.accept(listener),
      backend.receive(client, 1n),
      backend.send(client, new Uint8Array(50 * megabyte)),
      backend.receiveFrom(udp, 1n),
    ];
    await backend.dispose();
    for (const call of waiting)
      expect(await call).toEqual({ tag: "err", val: "connection-aborted" });
    expect(await backend.createSocket("ipv4", "tcp")).toEqual({
      tag: "err",
      val: "other",
    });
  });
});
