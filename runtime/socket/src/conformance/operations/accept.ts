import { bytes, text } from "../context.js";
import type { Suite } from "../suite.js";

/** `accept`. */
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

    test("takes connections in the order in which they were made", async (t) => {
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

    test("loses neither what the client sent before nor its close", async (t) => {
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

    test("gives sockets with the default timeouts", async (t) => {
      const { handle, address } = await t.listening();
      await t.ok(t.socket.setReadTimeout(handle, 0n));
      await t.ok(t.socket.setWriteTimeout(handle, 0n));
      const run = await t.peer.run([
        { step: "connect", address },
        { step: "pause", milliseconds: 100 },
        { step: "send", data: bytes("late") },
      ]);
      const connection = await t.poll(() => t.socket.accept(handle));
      // With the listener's timeout of zero this would not wait.
      t.equal(text(await t.receiveExactly(connection, 4)), "late");
      await run.finished;
    });

    test("gives sockets that outlive their listener", async (t) => {
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

    test("ends with the read timeout, and the listener stays usable", async (t) => {
      const { handle, address } = await t.listening();
      await t.ok(t.socket.setReadTimeout(handle, 30n));
      const begin = t.clock?.now() ?? 0;
      await t.fails(t.socket.accept(handle), "timeout");
      if (t.clock !== undefined) t.equal(t.clock.now() - begin, 30);
      await t.ok(t.socket.setReadTimeout(handle));
      await t.peer.run([{ step: "connect", address }]);
      await t.ok(t.socket.accept(handle));
    });

    test("with a timeout of zero does not wait, and still comes by what is there", async (t) => {
      const { handle, address } = await t.listening();
      await t.ok(t.socket.setReadTimeout(handle, 0n));
      await t.fails(t.socket.accept(handle), "would-block");
      const run = await t.peer.run([{ step: "connect", address }]);
      await run.finished;
      await t.poll(() => t.socket.accept(handle));
    });

    test(
      "over the limit of open sockets is other, and the connection waits",
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
      "that wait get their connections in turn",
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
      "that wait are aborted by close, all of them",
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
