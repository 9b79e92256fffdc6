import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import net from "node:net";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { causeOf, unwrap } from "@wit2ts/runtime";
import { createNodeSocket, nodeSupports } from "@wit2ts/socket/node";
import {
  connect,
  descriptors,
  families,
  fill,
  listen,
  loopback,
  receiveAll,
  until,
} from "./support.js";

const fails = (error: string): object => ({ tag: "err", val: error });

describe.each(families)("connections over %s", (family) => {
  it("deliver every byte while the sender reuses its buffer and the receiver is slow", async () => {
    await using socket = createNodeSocket();
    const { near, far } = await connect(socket, family);
    const sent = createHash("sha256");
    const sending = (async () => {
      const buffer = Buffer.alloc(300_000);
      for (let count = 0; count < 60; count++) {
        randomBytes(1_024).copy(buffer, 0);
        buffer.fill(buffer.subarray(0, 1_024), 1_024);
        const length = 1 + ((count * 7_919) % buffer.length);
        const data = buffer.subarray(0, length);
        sent.update(data);
        expect(unwrap(await socket.send(near, data))).toBe(BigInt(length));
        buffer.fill(0xee);
      }
      unwrap(await socket.close(near));
    })();
    const received = createHash("sha256");
    for (let count = 0; ; count++) {
      if (count % 16 === 0) await sleep(1);
      const data = unwrap(await socket.receive(far, 50_000n));
      if (data.length === 0) break;
      received.update(data);
    }
    await sending;
    expect(received.digest("hex")).toBe(sent.digest("hex"));
  });

  it("deliver exactly the bytes that sends with a timeout reported as sent", async () => {
    await using socket = createNodeSocket({
      limits: { bufferedBytes: 65_536 },
    });
    const { near, far } = await connect(socket, family);
    unwrap(await socket.setWriteTimeout(near, 30n));
    const sent: Buffer[] = [];
    const buffer = Buffer.alloc(100_000);
    // Until the buffers of the kernel and the backend are full.
    for (let count = 0; count < 1_000; count++) {
      buffer.fill(count & 0xff);
      const result = await socket.send(near, buffer);
      if (result.tag === "err") {
        expect(result.val).toBe("timeout");
        break;
      }
      sent.push(Buffer.from(buffer.subarray(0, Number(result.val))));
      buffer.fill(0xee);
    }
    unwrap(await socket.close(near));
    const received = await receiveAll(socket, far);
    expect(received.equals(Buffer.concat(sent))).toBe(true);
  });

  it("send nothing more from the caller's buffer after close has aborted the send", async () => {
    await using socket = createNodeSocket();
    const { near, far } = await connect(socket, family);
    unwrap(await socket.send(near, Buffer.alloc(1_000, 1)));
    const buffer = Buffer.alloc(16_000_000, 2);
    const call = socket.send(near, buffer);
    unwrap(await socket.close(near));
    expect(await call).toEqual(fails("connection-aborted"));
    buffer.fill(3);
    const received = await receiveAll(socket, far);
    expect(received.subarray(0, 1_000).every((byte) => byte === 1)).toBe(true);
    expect(received.length).toBeLessThan(buffer.length);
    expect(received.includes(3)).toBe(false);
  });

  it("deliver a response even if its request was not read to the end", async () => {
    await using socket = createNodeSocket({ limits: { bufferedBytes: 4_096 } });
    const { near, far } = await connect(socket, family);
    const request = socket.send(near, Buffer.alloc(3_000_000, 5));
    unwrap(await socket.receive(far, 100n));
    unwrap(await socket.send(far, Buffer.from("too large")));
    unwrap(await socket.close(far));
    expect((await receiveAll(socket, near)).toString()).toBe("too large");
    expect((await request).tag).toBe("ok");
  });

  it("deliver a response even if reading its request has just been resumed", async () => {
    await using socket = createNodeSocket({ limits: { bufferedBytes: 4_096 } });
    const { near, far } = await connect(socket, family);
    const request = socket.send(near, Buffer.alloc(20_000_000, 5));
    // Until the backend has stopped reading.
    for (let turn = 0; turn < 20; turn++) await setImmediate();
    // Drains the buffer, so the backend resumes reading; but it has read nothing more when the connection is closed.
    unwrap(await socket.receive(far, 1_000_000n));
    unwrap(await socket.send(far, Buffer.from("too large")));
    unwrap(await socket.close(far));
    expect((await receiveAll(socket, near)).toString()).toBe("too large");
    expect((await request).tag).toBe("ok");
  });

  it("make progress when polled with a timeout of zero", async () => {
    await using socket = createNodeSocket();
    const { near, far } = await connect(socket, family);
    unwrap(await socket.setReadTimeout(far, 0n));
    expect(await socket.receive(far, 1n)).toEqual(fails("would-block"));
    unwrap(await socket.send(near, Buffer.from("x")));
    let result = await socket.receive(far, 10n);
    for (let tries = 0; result.tag === "err" && tries < 10_000; tries++) {
      expect(result).toEqual(fails("would-block"));
      result = await socket.receive(far, 10n);
    }
    expect(Buffer.from(unwrap(result)).toString()).toBe("x");
  });

  it("return received bytes in memory of the caller's own", async () => {
    await using socket = createNodeSocket();
    const { near, far } = await connect(socket, family);
    unwrap(await socket.send(near, Buffer.from("first")));
    const first = unwrap(await socket.receive(far, 100n));
    unwrap(await socket.send(near, Buffer.from("other")));
    const second = unwrap(await socket.receive(far, 100n));
    expect(Buffer.from(first).toString()).toBe("first");
    first.fill(0);
    expect(Buffer.from(second).toString()).toBe("other");
    // The underlying ArrayBuffer holds nothing else, so a guest cannot reach other data through it.
    expect(first.buffer.byteLength).toBe(5);
  });

  it("are refused beyond the backlog, and those within it are accepted in order", async () => {
    await using socket = createNodeSocket();
    const { server, address } = await listen(socket, family, 2);
    const clients: net.Socket[] = [];
    const closed: Promise<void>[] = [];
    for (let count = 0; count < 20; count++) {
      const client = net.connect(address);
      client.on("error", () => undefined);
      clients.push(client);
      const closing = new Promise<void>((resolve) => {
        client.on("close", () => {
          resolve();
        });
      });
      closed.push(closing);
      await Promise.race([
        closing,
        new Promise((resolve) => client.on("connect", resolve)),
      ]);
    }
    await Promise.all(closed.slice(3));
    for (let count = 0; count < 3; count++) {
      const accepted = unwrap(await socket.accept(server));
      const { port } = unwrap(await socket.getPeerAddress(accepted));
      expect(port).toBe(clients[count]?.localPort);
    }
    for (const client of clients) client.destroy();
  });

  it("are refused beyond `acceptQueue`, however large the backlog is", async () => {
    await using socket = createNodeSocket({ limits: { acceptQueue: 2 } });
    const { server, address } = await listen(socket, family, 128);
    const clients: net.Socket[] = [];
    for (let count = 0; count < 5; count++) {
      const client = net.connect(address);
      clients.push(client);
      client.on("error", () => undefined);
      await new Promise((resolve) => {
        client.on("connect", resolve).on("close", resolve);
      });
    }
    // Connections arrive in order, so the others have arrived when the last one is refused.
    await until(() => clients.at(-1)?.closed === true);
    unwrap(await socket.setReadTimeout(server, 0n));
    let accepted = 0;
    while ((await socket.accept(server)).tag === "ok") accepted++;
    expect(accepted).toBe(2);
    for (const client of clients) client.destroy();
  });

  it("can be accepted after the client has closed, with the data that it sent", async () => {
    await using socket = createNodeSocket();
    const { server, address } = await listen(socket, family);
    const client = net.connect(address);
    client.end("goodbye");
    await once(client, "connect");
    await sleep(20);
    const accepted = unwrap(await socket.accept(server));
    expect((await receiveAll(socket, accepted)).toString()).toBe("goodbye");
    client.destroy();
  });
});

describe("addresses", () => {
  it("of another socket in the process fail with address-in-use at bind, listening or not", async () => {
    await using socket = createNodeSocket();
    const bound = unwrap(await socket.createSocket("ipv4", "tcp"));
    unwrap(await socket.bind(bound, { host: "127.0.0.1", port: 0 }));
    const { port } = unwrap(await socket.getLocalAddress(bound));
    for (const host of ["127.0.0.1", "0.0.0.0"]) {
      const other = unwrap(await socket.createSocket("ipv4", "tcp"));
      expect(await socket.bind(other, { host, port })).toEqual(
        fails("address-in-use"),
      );
      expect((await socket.bind(other, { host: "127.0.0.2", port })).tag).toBe(
        "ok",
      );
      unwrap(await socket.close(other));
    }
    if (nodeSupports.ipv6) {
      const ipv6 = unwrap(await socket.createSocket("ipv6", "tcp"));
      expect((await socket.bind(ipv6, { host: "::1", port })).tag).toBe("ok");
    }
    unwrap(await socket.close(bound));
    const again = unwrap(await socket.createSocket("ipv4", "tcp"));
    expect((await socket.bind(again, { host: "127.0.0.1", port })).tag).toBe(
      "ok",
    );
  });

  it("of a server outside the backend fail with address-in-use at bind", async () => {
    await using socket = createNodeSocket();
    const server = net.createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as net.AddressInfo;
    const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
    expect(await socket.bind(handle, { host: "127.0.0.1", port })).toEqual(
      fails("address-in-use"),
    );
    server.close();
  });

  it("that the machine lacks fail with address-not-available, with the kernel's error as the cause", async () => {
    await using socket = createNodeSocket();
    const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
    const failed = await socket.bind(handle, { host: "192.0.2.1", port: 0 });
    expect(failed).toEqual(fails("address-not-available"));
    expect(causeOf(failed)).toMatchObject({ code: "EADDRNOTAVAIL" });
    expect(
      (await socket.bind(handle, { host: "127.0.0.1", port: 0 })).tag,
    ).toBe("ok");
  });

  it("that a socket is bound to are its source address, even if the first destination fails", async () => {
    await using socket = createNodeSocket({
      lookup: (_name, { family }, callback) => {
        callback(null, [
          { address: "127.0.0.3", family },
          { address: "127.0.0.1", family },
        ]);
      },
    });
    const { server, address } = await listen(socket);
    const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
    unwrap(await socket.bind(handle, { host: "127.0.0.2", port: 0 }));
    const local = unwrap(await socket.getLocalAddress(handle));
    unwrap(await socket.connect(handle, { host: "two", port: address.port }));
    const accepted = unwrap(await socket.accept(server));
    expect(await socket.getPeerAddress(accepted)).toEqual({
      tag: "ok",
      val: local,
    });
    expect(await socket.getPeerAddress(handle)).toEqual({
      tag: "ok",
      val: address,
    });
  });

  it("of the connecting socket itself refuse the connection", async () => {
    await using socket = createNodeSocket();
    const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
    unwrap(await socket.bind(handle, { host: "127.0.0.1", port: 0 }));
    const local = unwrap(await socket.getLocalAddress(handle));
    expect(await socket.connect(handle, local)).toEqual(
      fails("connection-refused"),
    );
  });

  // Some machines have no IPv6.
  it.skipIf(!nodeSupports.ipv6)(
    "of the connecting socket itself refuse it also with a scope that means nothing",
    async () => {
      await using socket = createNodeSocket();
      for (const scope of ["lo", "1", "0"]) {
        const handle = unwrap(await socket.createSocket("ipv6", "tcp"));
        unwrap(await socket.bind(handle, { host: "::1", port: 0 }));
        const { port } = unwrap(await socket.getLocalAddress(handle));
        expect(
          await socket.connect(handle, { host: `::1%${scope}`, port }),
        ).toEqual(fails("connection-refused"));
      }
    },
  );

  it.skipIf(!nodeSupports.ipv6)(
    "of IPv6 sockets are not reachable over IPv4",
    async () => {
      await using socket = createNodeSocket();
      const handle = unwrap(await socket.createSocket("ipv6", "tcp"));
      unwrap(await socket.bind(handle, { host: "::", port: 0 }));
      unwrap(await socket.listen(handle, 1));
      const { port } = unwrap(await socket.getLocalAddress(handle));
      const client = unwrap(await socket.createSocket("ipv4", "tcp"));
      expect(await socket.connect(client, { host: "127.0.0.1", port })).toEqual(
        fails("connection-refused"),
      );
    },
  );
});

describe("the backend", () => {
  it("leaks no file descriptor, whatever state its sockets are in", async () => {
    {
      // Node opens some descriptors for its own use, once.
      await using socket = createNodeSocket();
      await connect(socket);
    }
    await sleep(20);
    const before = descriptors();
    for (let run = 0; run < 20; run++) {
      await using socket = createNodeSocket();
      const { near, far } = await connect(socket);
      void socket.receive(near, 1n);
      unwrap(await socket.send(far, Buffer.alloc(100_000)));
      const family = families[run % families.length] ?? "ipv4";
      const host = loopback[family];
      const { address, server } = await listen(socket, family);
      void socket.accept(server);
      const refused = unwrap(await socket.createSocket(family, "tcp"));
      expect(await socket.connect(refused, { host, port: 1 })).toEqual(
        fails("connection-refused"),
      );
      const waiting = unwrap(await socket.createSocket(family, "tcp"));
      void socket.connect(waiting, address);
      const bound = unwrap(await socket.createSocket("ipv4", "tcp"));
      unwrap(await socket.bind(bound, { host: "127.0.0.1", port: 0 }));
      expect(await socket.listen(bound, 1)).toEqual({
        tag: "ok",
        val: undefined,
      });
      const udp = unwrap(await socket.createSocket("ipv4", "udp"));
      unwrap(await socket.connect(udp, { host: loopback.ipv4, port: 9 }));
    }
    await until(() => descriptors() <= before);
    expect(descriptors()).toBeLessThanOrEqual(before);
  });

  it("waits in dispose until the last bytes are delivered", async () => {
    const server = net.createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const socket = createNodeSocket();
    const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
    const { port } = server.address() as net.AddressInfo;
    const accepted = once(server, "connection") as Promise<[net.Socket]>;
    unwrap(await socket.connect(handle, { host: "127.0.0.1", port }));
    const [peer] = await accepted;
    peer.pause();
    const sent = await fill(socket, handle);
    const disposal = socket.dispose();
    let received = 0;
    peer.on("data", (data) => (received += data.length));
    peer.resume();
    await Promise.all([disposal, once(peer, "end")]);
    expect(received).toBe(sent);
    peer.destroy();
    server.close();
  });

  it("resets the connection to a peer that does not read within the delivery timeout", async () => {
    const server = net.createServer({ pauseOnConnect: true });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const socket = createNodeSocket({ deliveryTimeout: 20 });
    const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
    const { port } = server.address() as net.AddressInfo;
    const accepted = once(server, "connection") as Promise<[net.Socket]>;
    unwrap(await socket.connect(handle, { host: "127.0.0.1", port }));
    const [peer] = await accepted;
    const sent = await fill(socket, handle);
    await socket.dispose();
    let received = 0;
    peer.on("error", () => undefined);
    peer.on("data", (data) => (received += data.length));
    // Not `once`, which would reject because of the reset.
    const closed = new Promise((resolve) => peer.on("close", resolve));
    peer.resume();
    peer.end();
    await closed;
    expect(received).toBeLessThan(sent);
    server.close();
  });

  it("reads on for a peer with unread input only within the delivery timeout", async () => {
    const socket = createNodeSocket({
      deliveryTimeout: 20,
      limits: { bufferedBytes: 1_000 },
    });
    const peers: net.Socket[] = [];
    const server = net.createServer({ allowHalfOpen: true }, (peer) => {
      peers.push(peer);
      peer.on("error", () => undefined);
      peer.write(Buffer.alloc(1_000_000));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as net.AddressInfo;
    const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
    unwrap(await socket.connect(handle, { host: "127.0.0.1", port }));
    unwrap(await socket.receive(handle, 1n));
    unwrap(await socket.close(handle));
    // Without that limit, the connection would be read for two seconds.
    const disposing = socket.dispose().then(() => "disposed");
    expect(await Promise.race([disposing, sleep(1_500)])).toBe("disposed");
    for (const peer of peers) peer.destroy();
    server.close();
  });

  it("throws a RangeError for an invalid delivery timeout", () => {
    for (const deliveryTimeout of [NaN, -1, null as never, "5" as never])
      expect(() => createNodeSocket({ deliveryTimeout })).toThrow(RangeError);
    for (const deliveryTimeout of [0, 1e12, Infinity])
      expect(() => createNodeSocket({ deliveryTimeout })).not.toThrow();
  });

  it("resolves names in the socket's address family only, and once per call", async () => {
    const asked: unknown[] = [];
    await using socket = createNodeSocket({
      lookup: (name, { family }, callback) => {
        asked.push([name, family]);
        callback(Object.assign(new Error(name), { code: "EAI_AGAIN" }), []);
      },
    });
    const family = families.at(-1) ?? "ipv4";
    const handle = unwrap(await socket.createSocket(family, "tcp"));
    const failed = await socket.connect(handle, { host: "name.test", port: 1 });
    expect(failed).toEqual(fails("address-not-available"));
    expect(causeOf(failed)).toMatchObject({ code: "EAI_AGAIN" });
    expect(asked).toEqual([["name.test", family === "ipv6" ? 6 : 4]]);
  });

  it.each<[string, (...answers: unknown[]) => unknown[], string]>([
    ["undefined for no error", (good) => [undefined, good], "ok"],
    ["no addresses", () => [null], "other"],
    ["an address without a list", () => [null, "127.0.0.1", 4], "other"],
    [
      "nulls among the addresses",
      () => [null, [null]],
      "address-not-available",
    ],
    [
      "addresses that are none",
      () => [null, [{ family: 4 }]],
      "address-not-available",
    ],
  ])(
    "survives a resolver that answers with %s",
    async (_, answer, expected) => {
      for (const later of [false, true]) {
        await using socket = createNodeSocket({
          lookup: (_name, _options, callback) => {
            const give = (): void => {
              (callback as (...values: unknown[]) => void)(
                ...answer([{ address: "127.0.0.1", family: 4 }]),
              );
            };
            if (later) process.nextTick(give);
            else give();
          },
        });
        const { address } = await listen(socket, "ipv4");
        const handle = unwrap(await socket.createSocket("ipv4", "tcp"));
        const { tag, val } = await socket.connect(handle, {
          host: "name.test",
          port: address.port,
        });
        expect(tag === "ok" ? tag : val).toBe(expected);
      }
    },
  );
});
