import { bytes, text } from "../context.js";
import { pattern, patternDigest } from "../pattern.js";
import type { Suite } from "../suite.js";

const megabyte = 1_048_576;

/** Declares the tests of `close`. */
export function closeTests(suite: Suite): void {
  suite.group("close", "tcp", (test) => {
    test("fails with invalid-input the second time, in every state", async (t) => {
      const { handle: connection } = await t.connected();
      const handles = [
        await t.create("tcp"),
        (await t.bound("tcp")).handle,
        (await t.listening()).handle,
        connection,
      ];
      for (const handle of handles) {
        await t.ok(t.socket.close(handle));
        await t.fails(t.socket.close(handle), "invalid-input");
      }
    });

    test("delivers the sent bytes, then the end of the stream", async (t) => {
      const { handle, run } = await t.connected({ step: "receive" });
      await t.ok(t.socket.send(handle, bytes("farewell")));
      await t.ok(t.socket.close(handle));
      const [received] = await t.observed(run, "receive");
      t.equal(text(received?.data), "farewell");
      t.equal([received?.ended, received?.error], [true, undefined]);
    });

    test("delivers megabytes that the peer has not read yet", async (t) => {
      const { handle, run, tell } = await t.connectedToIdlePeer({
        step: "receive",
      });
      // Send as much as fits. The bytes must not be delivered yet when `close` is called.
      await t.ok(t.socket.setWriteTimeout(handle, 30n));
      const data = pattern(8 * megabyte, 55);
      const sent = Number(await t.ok(t.socket.send(handle, data)));
      await t.ok(t.socket.close(handle));
      await tell();
      t.equal(
        (await t.observed(run, "receive"))[1]?.digest,
        patternDigest(sent, 55),
      );
    });

    test("ends a connection that has unread input", async (t) => {
      const { handle, run } = await t.connected(
        { step: "send", data: new Uint8Array(1000) },
        { step: "receive" },
      );
      await t.pause(10);
      await t.ok(t.socket.close(handle));
      const [received] = await t.observed(run, "receive");
      t.equal(
        received?.ended === true || received?.error === "connection-reset",
        true,
      );
    });

    test("makes a listener refuse connections", async (t) => {
      const { handle, address } = await t.listening();
      await t.ok(t.socket.close(handle));
      const run = await t.peer.run([{ step: "connect", address }]);
      t.equal(
        (await t.observed(run, "connect"))[0]?.error,
        "connection-refused",
      );
    });

    test("ends the connections that a listener has not accepted", async (t) => {
      for (let patience = 20; patience < 10_000; patience *= 4) {
        const { handle, address } = await t.listening();
        const run = await t.peer.run([
          { step: "connect", address },
          { step: "receive" },
        ]);
        await t.pause(patience);
        await t.ok(t.socket.close(handle));
        const [connected] = await t.observed(run, "connect");
        // The connection was not established before the close. Try again with a longer pause.
        if (connected?.error === "connection-refused") continue;
        const [received] = await t.observed(run, "receive");
        t.equal(
          received?.ended === true || received?.error === "connection-reset",
          true,
        );
        return;
      }
      throw new Error("the peer never connected in time");
    });

    test("releases the address, so that a listener can use it again immediately", async (t) => {
      const first = await t.listening();
      const { address } = first;
      // The end that closes first, here the backend, keeps the connection in TIME_WAIT.
      const run = await t.peer.run([
        { step: "connect", address },
        { step: "receive" },
        { step: "close" },
      ]);
      const connection = await t.ok(t.socket.accept(first.handle));
      await t.ok(t.socket.close(connection));
      await run.finished;
      await t.ok(t.socket.close(first.handle));
      const next = await t.create("tcp");
      await t.ok(t.socket.setReuseAddress(next, true));
      await t.ok(t.socket.bind(next, address));
      await t.ok(t.socket.listen(next, 4));
      const again = await t.peer.run([
        { step: "connect", address },
        { step: "send", data: bytes("again") },
      ]);
      const connectionAgain = await t.ok(t.socket.accept(next));
      t.equal(text(await t.receiveExactly(connectionAgain, 5)), "again");
      await again.finished;
    });

    test("does not affect other connections", async (t) => {
      const one = await t.connected({ step: "receive" });
      const other = await t.connected({ step: "receive" });
      await t.ok(t.socket.close(one.handle));
      await t.ok(t.socket.send(other.handle, bytes("alive")));
      await t.ok(t.socket.close(other.handle));
      t.equal(text((await t.observed(other.run, "receive"))[0]?.data), "alive");
    });
  });

  suite.group("close", "udp", (test) => {
    test("fails with invalid-input the second time, in every state", async (t) => {
      const { handle: connected } = await t.connectedDatagrams();
      for (const handle of [
        await t.create("udp"),
        (await t.bound("udp")).handle,
        connected,
      ]) {
        await t.ok(t.socket.close(handle));
        await t.fails(t.socket.close(handle), "invalid-input");
      }
    });

    test("delivers the datagrams that were sent", async (t) => {
      const { handle, run } = await t.connectedDatagrams(
        { step: "receive-from" },
        { step: "receive-from" },
      );
      await t.ok(t.socket.send(handle, bytes("one")));
      await t.ok(t.socket.sendTo(handle, bytes("two"), run.address));
      await t.ok(t.socket.close(handle));
      const received = (await t.observed(run, "receive-from")).map(({ data }) =>
        text(data),
      );
      t.equal(received, ["one", "two"]);
    });

    test("releases the address", async (t) => {
      const { handle, address } = await t.bound("udp");
      await t.ok(t.socket.close(handle));
      const next = await t.create("udp");
      await t.ok(t.socket.bind(next, address));
    });
  });
}
