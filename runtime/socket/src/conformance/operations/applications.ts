import { bytes, text } from "../context.js";
import { patternDigest } from "../pattern.js";
import type { Suite } from "../suite.js";

/** Declares tests that are complete programs, as users write them. */
export function applicationTests(suite: Suite): void {
  suite.group("applications", "tcp", (test) => {
    test(
      "an HTTP client reads a response to its end",
      { needs: ["names"] },
      async (t) => {
        const request = bytes(
          "GET / HTTP/1.1\r\nHost: peer.test\r\nConnection: close\r\n\r\n",
        );
        const body = "x".repeat(20_000);
        const run = await t.peer.run([
          { step: "listen", family: t.family },
          { step: "accept" },
          { step: "receive", length: request.length },
          {
            step: "send",
            data: bytes(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${body}`),
          },
          { step: "close" },
        ]);
        const handle = await t.create("tcp");
        await t.ok(t.socket.setReadTimeout(handle, 10_000n));
        await t.ok(t.socket.setWriteTimeout(handle, 10_000n));
        await t.ok(
          t.socket.connect(handle, {
            host: "peer.test",
            port: run.address.port,
          }),
        );
        await t.ok(t.socket.send(handle, request));
        let answer = "";
        for (;;) {
          const part = await t.ok(t.socket.receive(handle, 4096n));
          if (part.length === 0) break;
          answer += text(part);
        }
        await t.ok(t.socket.close(handle));
        t.equal(answer.startsWith("HTTP/1.1 200 OK\r\n"), true);
        t.equal(answer.endsWith(`\r\n\r\n${body}`), true);
      },
    );

    test("an HTTP server responds, closes, and restarts immediately", async (t) => {
      let port = 0;
      for (let start = 0; start < 3; start++) {
        const server = await t.create("tcp");
        await t.ok(t.socket.setReuseAddress(server, true));
        await t.ok(t.socket.bind(server, { host: t.wildcard, port }));
        await t.ok(t.socket.listen(server, 128));
        ({ port } = await t.ok(t.socket.getLocalAddress(server)));
        const run = await t.peer.run([
          { step: "connect", address: { host: t.loopback, port } },
          { step: "send", data: bytes("GET / HTTP/1.1\r\n\r\n") },
          { step: "receive" },
          { step: "close" },
        ]);
        const client = await t.ok(t.socket.accept(server));
        t.equal(
          text(await t.receiveExactly(client, 18)).startsWith("GET / HTTP/1.1"),
          true,
        );
        await t.ok(
          t.socket.send(client, bytes("HTTP/1.1 200 OK\r\n\r\nHello")),
        );
        await t.ok(t.socket.close(client));
        await t.ok(t.socket.close(server));
        t.equal(
          text((await t.observed(run, "receive"))[0]?.data),
          "HTTP/1.1 200 OK\r\n\r\nHello",
        );
      }
    });

    test("an echo server returns megabytes unchanged", async (t) => {
      const length = 1_500_000;
      const { handle, address } = await t.listening();
      const sender = await t.peer.run([
        { step: "connect", address },
        { step: "send-pattern", length, seed: 77 },
        { step: "receive", length },
        { step: "close" },
      ]);
      const connection = await t.ok(t.socket.accept(handle));
      // Receive everything first: the peer reads only after it has sent everything, so echoing earlier could deadlock.
      const parts: Uint8Array[] = [];
      for (let received = 0; received < length;) {
        const part = await t.ok(t.socket.receive(connection, 65_536n));
        received += part.length;
        parts.push(part);
      }
      for (const part of parts) {
        t.equal(
          await t.ok(t.socket.send(connection, part)),
          BigInt(part.length),
        );
      }
      await t.ok(t.socket.close(connection));
      t.equal(
        (await t.observed(sender, "receive"))[0]?.digest,
        patternDigest(length, 77),
      );
    });

    test("a client opens and closes many short connections", async (t) => {
      for (let count = 0; count < 25; count++) {
        const { handle, run } = await t.connected(
          { step: "receive", length: 1 },
          { step: "send", data: bytes("y") },
          { step: "close" },
        );
        await t.ok(t.socket.send(handle, bytes("x")));
        t.equal(text(await t.ok(t.socket.receive(handle, 1n))), "y");
        t.equal(await t.ok(t.socket.receive(handle, 1n)), new Uint8Array());
        await t.ok(t.socket.close(handle));
        await run.finished;
      }
    });
  });

  suite.group("applications", "udp", (test) => {
    test("a client sends a request and receives a response", async (t) => {
      const run = await t.peer.run([
        { step: "bind", family: t.family },
        { step: "receive-from" },
        { step: "send-to", data: bytes("answer") },
      ]);
      const handle = await t.create("udp");
      await t.ok(t.socket.setReadTimeout(handle, 10_000n));
      await t.ok(t.socket.sendTo(handle, bytes("question"), run.address));
      t.equal(await t.ok(t.socket.receiveFrom(handle, 4096n)), [
        bytes("answer"),
        run.address,
      ]);
      await t.ok(t.socket.close(handle));
    });
  });
}
