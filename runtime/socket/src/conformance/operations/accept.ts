import { bytes, text } from "../context.js";
import type { Suite } from "../suite.js";

/** Declares the tests of `accept`. */
export function acceptTests(suite: Suite): void {
  suite.group("accept", "tcp", (test) => {
    test("waits for a connection", async (t) => {
      const { handle, address } = await t.listening();
      const run = await t.peer.run([
        { step: "pause", milliseconds: 30 },
        { step: "connect", address },
      ]);
      const connection = await t.ok(t.socket.accept(handle));
      t.equal(
        await t.ok(t.socket.getPeerAddress(connection)),
        (await t.observed(run, "connect"))[0]?.address,
      );
      t.equal(await t.ok(t.socket.getLocalAddress(connection)), address);
    });

    test("returns connections in the order in which they are made", async (t) => {
      const { handle, address } = await t.listening();
      const made: unknown[] = [];
      for (let count = 0; count < 4; count++) {
        const run = await t.peer.run([{ step: "connect", address }]);
        made.push((await t.observed(run, "connect"))[0]?.address);
      }
      const accepted: unknown[] = [];
      for (let count = 0; count < 4; count++) {
        accepted.push(
          await t.ok(
            t.socket.getPeerAddress(await t.ok(t.socket.accept(handle))),
          ),
        );
      }
      t.equal(accepted, made);
    });

    test("keeps the earlier data of the client and its close", async (t) => {
      const { handle, address } = await t.listening();
      const run = await t.peer.run([
        { step: "connect", address },
        { step: "send-pattern", length: 20_000, seed: 5 },
        { step: "close" },
      ]);
      await run.finished;
      const connection = await t.ok(t.socket.accept(handle));
      const digest = await t.receiveAll(connection);
      t.equal(digest.length, 20_000);
      t.equal(await t.ok(t.socket.receive(connection, 10n)), new Uint8Array());
    });

    test("serves one client after the other", async (t) => {
      const { handle, address } = await t.listening(1);
      for (let count = 0; count < 5; count++) {
        const run = await t.peer.run([
          { step: "connect", address },
          { step: "send", data: bytes(`client ${String(count)}`) },
          { step: "receive" },
          { step: "close" },
        ]);
        const connection = await t.ok(t.socket.accept(handle));
        const request = await t.receiveExactly(connection, 8);
        await t.ok(t.socket.send(connection, request));
        await t.ok(t.socket.close(connection));
        t.equal(
          text((await t.observed(run, "receive"))[0]?.data),
          `client ${String(count)}`,
        );
      }
    });

    test("returns sockets with the default timeouts", async (t) => {
      const { handle, address } = await t.listening();
      await t.ok(t.socket.setReadTimeout(handle, 0n));
      await t.ok(t.socket.setWriteTimeout(handle, 0n));
      const run = await t.peer.run([
        { step: "connect", address },
        { step: "pause", milliseconds: 100 },
        { step: "send", data: bytes("late") },
      ]);
      const connection = await t.poll(() => t.socket.accept(handle));
      // With the timeout of 0 of the listener, this call would fail instead of waiting.
      t.equal(text(await t.receiveExactly(connection, 4)), "late");
      await run.finished;
    });

    test("returns sockets that stay open after the listener is closed", async (t) => {
      const { handle, address } = await t.listening();
      const run = await t.peer.run([
        { step: "connect", address },
        { step: "receive", length: 3 },
        { step: "send", data: bytes("bye") },
      ]);
      const connection = await t.ok(t.socket.accept(handle));
      await t.ok(t.socket.close(handle));
      await t.ok(t.socket.send(connection, bytes("one")));
      t.equal(text(await t.receiveExactly(connection, 3)), "bye");
      t.equal(text((await t.observed(run, "receive"))[0]?.data), "one");
    });

    test("fails with timeout after the read timeout, and the listener stays usable", async (t) => {
      const { handle, address } = await t.listening();
      await t.ok(t.socket.setReadTimeout(handle, 30n));
      const begin = t.clock?.now() ?? 0;
      await t.fails(t.socket.accept(handle), "timeout");
      if (t.clock !== undefined) t.equal(t.clock.now() - begin, 30);
      await t.ok(t.socket.setReadTimeout(handle));
      await t.peer.run([{ step: "connect", address }]);
      await t.ok(t.socket.accept(handle));
    });

    test("does not wait with a timeout of zero, but returns an existing connection", async (t) => {
      const { handle, address } = await t.listening();
      await t.ok(t.socket.setReadTimeout(handle, 0n));
      await t.fails(t.socket.accept(handle), "would-block");
      const run = await t.peer.run([{ step: "connect", address }]);
      await run.finished;
      await t.poll(() => t.socket.accept(handle));
    });

    test(
      "fails with other at the limit of open sockets, and the connection stays queued",
      { options: { limits: { openSockets: 2 } } },
      async (t) => {
        const { handle, address } = await t.listening();
        const other = await t.create("tcp");
        await t.peer.run([
          { step: "connect", address },
          { step: "send", data: bytes("x") },
        ]);
        await t.fails(t.socket.accept(handle), "other");
        await t.ok(t.socket.close(other));
        const connection = await t.ok(t.socket.accept(handle));
        t.equal(text(await t.receiveExactly(connection, 1)), "x");
      },
    );

    test(
      "serves waiting calls in order",
      { needs: ["concurrent"] },
      async (t) => {
        const { handle, address } = await t.listening();
        const waiting = [
          t.socket.accept(handle),
          t.socket.accept(handle),
          t.socket.accept(handle),
        ];
        const made: unknown[] = [];
        for (let count = 0; count < 3; count++) {
          const run = await t.peer.run([{ step: "connect", address }]);
          made.push((await t.observed(run, "connect"))[0]?.address);
        }
        const accepted: unknown[] = [];
        for (const result of waiting) {
          accepted.push(
            await t.ok(t.socket.getPeerAddress(await t.ok(result))),
          );
        }
        t.equal(accepted, made);
      },
    );

    test(
      "fails with connection-aborted for all waiting calls when the listener is closed",
      { needs: ["concurrent"] },
      async (t) => {
        const { handle } = await t.listening();
        const first = t.socket.accept(handle);
        const { result: second } = await t.begin(t.socket.accept(handle));
        await t.ok(t.socket.close(handle));
        await t.fails(first, "connection-aborted");
        await t.fails(second, "connection-aborted");
      },
    );
  });
}
