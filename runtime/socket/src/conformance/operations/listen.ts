import { bytes, text } from "../context.js";
import type { Suite } from "../suite.js";

/** Declares the tests of `listen`. */
export function listenTests(suite: Suite): void {
  suite.group("listen", "tcp", (test) => {
    test("fails with invalid-input if the socket is not bound", async (t) => {
      const handle = await t.create("tcp");
      await t.fails(t.socket.listen(handle, 1), "invalid-input");
      await t.fails(t.socket.getLocalAddress(handle), "invalid-input");
    });

    for (const backlog of [0, 1, 128, 0xffff_ffff]) {
      test(`accepts connections with a backlog of ${String(backlog)}`, async (t) => {
        const { handle, address } = await t.listening(backlog);
        const run = await t.peer.run([
          { step: "connect", address },
          { step: "send", data: bytes("hello") },
        ]);
        const connection = await t.ok(t.socket.accept(handle));
        t.equal(text(await t.receiveExactly(connection, 5)), "hello");
        await run.finished;
      });
    }

    test(
      "fails with invalid-input and changes nothing if the backlog is not a u32",
      { needs: ["untyped"] },
      async (t) => {
        const { handle } = await t.bound("tcp");
        for (const backlog of [
          -1,
          1.5,
          0x1_0000_0000,
          NaN,
          "1",
          1n,
          undefined,
        ]) {
          await t.fails(
            t.socket.listen(handle, backlog as number),
            "invalid-input",
            String(backlog),
          );
        }
        await t.ok(t.socket.listen(handle, 1));
      },
    );

    test("fails with invalid-input the second time, and the socket continues to listen", async (t) => {
      const { handle, address } = await t.listening();
      await t.fails(t.socket.listen(handle, 4), "invalid-input");
      await t.peer.run([{ step: "connect", address }]);
      await t.ok(t.socket.accept(handle));
    });

    test("keeps the bound address", async (t) => {
      const { handle, address } = await t.listening();
      t.equal(await t.ok(t.socket.getLocalAddress(handle)), address);
    });

    test("accepts connections to loopback on the wildcard address", async (t) => {
      const handle = await t.create("tcp");
      await t.ok(t.socket.bind(handle, { host: t.wildcard, port: 0 }));
      await t.ok(t.socket.listen(handle, 4));
      const { port } = await t.ok(t.socket.getLocalAddress(handle));
      const run = await t.peer.run([
        { step: "connect", address: { host: t.loopback, port } },
      ]);
      const connection = await t.ok(t.socket.accept(handle));
      t.equal(await t.ok(t.socket.getLocalAddress(connection)), {
        host: t.loopback,
        port,
      });
      t.equal(
        await t.ok(t.socket.getPeerAddress(connection)),
        (await t.observed(run, "connect"))[0]?.address,
      );
    });

    test("delays or refuses connections beyond the backlog, and accepted ones keep their data", async (t) => {
      const { handle, address } = await t.listening(2);
      const count = 8;
      for (let index = 0; index < count; index++) {
        await t.peer.run([
          { step: "connect", address },
          { step: "send", data: bytes(String(index)) },
          { step: "receive" },
        ]);
      }
      const seen = new Set<string>();
      for (;;) {
        // Clients that the kernel holds back retry after one second at the earliest, so waiting for them is too slow.
        await t.ok(
          t.socket.setReadTimeout(handle, seen.size < 2 ? 10_000n : 400n),
        );
        const accepted = await t.socket.accept(handle);
        if (accepted.tag === "err") {
          t.equal(accepted.val, "timeout");
          break;
        }
        await t.ok(t.socket.setReadTimeout(accepted.val, 10_000n));
        const who = await t.socket.receive(accepted.val, 1n);
        if (who.tag === "ok") seen.add(text(who.val));
        await t.ok(t.socket.close(accepted.val));
      }
      t.equal(
        seen.size >= 2,
        true,
        `at least the backlog was accepted, not ${String(seen.size)}`,
      );
      t.equal(
        seen.has(""),
        false,
        "an accepted connection has what its client sent",
      );
    });

    test(
      "fails with address-not-available if the policy denies the address",
      { options: { policy: { listen: () => false } } },
      async (t) => {
        const { handle } = await t.bound("tcp");
        await t.fails(t.socket.listen(handle, 1), "address-not-available");
      },
    );
  });

  suite.group("listen", "udp", (test) => {
    test("fails with invalid-input", async (t) => {
      const { handle } = await t.bound("udp");
      await t.fails(t.socket.listen(handle, 1), "invalid-input");
    });
  });
}
