import { bytes, text } from "../context.js";
import type { Suite } from "../suite.js";
import { impossibleDestinations } from "./connect-tcp.js";

/** Declares the tests of `connect`, `send` and `receive` for UDP sockets. */
export function connectUdpTests(suite: Suite): void {
  suite.group("connect", "udp", (test, family) => {
    const bind = { step: "bind", family } as const;

    test("sets the peer and binds the socket", async (t) => {
      const { handle, run } = await t.connectedDatagrams();
      t.equal(await t.ok(t.socket.getPeerAddress(handle)), run.address);
      const local = await t.ok(t.socket.getLocalAddress(handle));
      t.equal(local.host, t.loopback);
      t.equal(local.port > 0, true);
    });

    test("keeps the bound address", async (t) => {
      const run = await t.peer.run([bind]);
      const { handle, address } = await t.bound("udp");
      await t.ok(t.socket.connect(handle, run.address));
      t.equal(await t.ok(t.socket.getLocalAddress(handle)), address);
    });

    test("enables send and receive", async (t) => {
      const { handle, run } = await t.connectedDatagrams(
        { step: "receive-from" },
        { step: "send-to", data: bytes("pong") },
        { step: "send-to", data: bytes("0123456789") },
        { step: "send-to", data: new Uint8Array() },
        { step: "send-to", data: bytes("from") },
      );
      t.equal(await t.ok(t.socket.receive(handle, 0n)), new Uint8Array());
      t.equal(await t.ok(t.socket.send(handle, bytes("ping"))), 4n);
      t.equal(text(await t.ok(t.socket.receive(handle, 100n))), "pong");
      t.equal(text(await t.ok(t.socket.receive(handle, 4n))), "0123");
      t.equal(await t.ok(t.socket.receive(handle, 4n)), new Uint8Array());
      t.equal(await t.ok(t.socket.receiveFrom(handle, 100n)), [
        bytes("from"),
        run.address,
      ]);
      t.equal(text((await t.observed(run, "receive-from"))[0]?.data), "ping");
    });

    test("enables send for empty datagrams, but not for those that are too large", async (t) => {
      const { handle, run } = await t.connectedDatagrams({
        step: "receive-from",
      });
      await t.fails(
        t.socket.send(handle, new Uint8Array(65_536)),
        "invalid-input",
      );
      t.equal(await t.ok(t.socket.send(handle, new Uint8Array())), 0n);
      t.equal(
        (await t.observed(run, "receive-from"))[0]?.data,
        new Uint8Array(),
      );
    });

    test("keeps the received datagrams of the peer when the same peer is set again", async (t) => {
      // The socket is its own peer, so its datagram arrives immediately and no backend has read it yet. The kernel
      // chose the port, and may release such a port when the peer changes.
      const { handle, address: own } = await t.bound("udp");
      await t.ok(t.socket.connect(handle, own));
      await t.ok(t.socket.send(handle, bytes("kept")));
      await t.ok(t.socket.connect(handle, own));
      t.equal(text(await t.ok(t.socket.receive(handle, 100n))), "kept");
    });

    test("drops datagrams from other senders, including those already received", async (t) => {
      const { handle, address } = await t.bound("udp");
      const stranger = await t.peer.run([
        bind,
        { step: "send-to", data: bytes("early"), address },
        { step: "pause", milliseconds: 60 },
        { step: "send-to", data: bytes("later"), address },
      ]);
      await t.pause(20);
      const run = await t.peer.run([
        bind,
        { step: "receive-from" },
        { step: "send-to", data: bytes("peer") },
      ]);
      await t.ok(t.socket.connect(handle, run.address));
      await stranger.finished;
      await t.ok(t.socket.send(handle, bytes("?")));
      t.equal(text(await t.ok(t.socket.receive(handle, 10n))), "peer");
      await t.ok(t.socket.setReadTimeout(handle, 30n));
      await t.fails(t.socket.receive(handle, 10n), "timeout");
    });

    test("replaces the peer", async (t) => {
      const { handle, run } = await t.connectedDatagrams({
        step: "receive-from",
      });
      const local = await t.ok(t.socket.getLocalAddress(handle));
      await t.ok(t.socket.send(handle, bytes("one")));
      const next = await t.peer.run([
        bind,
        { step: "receive-from" },
        { step: "send-to", data: bytes("two") },
      ]);
      await t.ok(t.socket.connect(handle, next.address));
      t.equal(await t.ok(t.socket.getPeerAddress(handle)), next.address);
      t.equal((await t.ok(t.socket.getLocalAddress(handle))).port, local.port);
      await t.ok(t.socket.send(handle, bytes("hello")));
      t.equal(text(await t.ok(t.socket.receive(handle, 10n))), "two");
      t.equal(text((await t.observed(run, "receive-from"))[0]?.data), "one");
    });

    test("fails with invalid-input for an invalid destination and changes nothing", async (t) => {
      const { handle, run } = await t.connectedDatagrams({
        step: "receive-from",
      });
      for (const address of impossibleDestinations(t, "udp")) {
        const label = `${JSON.stringify(address.host)} port ${String(address.port)}`;
        await t.fails(
          t.socket.connect(handle, address),
          "invalid-input",
          label,
        );
      }
      t.equal(await t.ok(t.socket.getPeerAddress(handle)), run.address);
      await t.ok(t.socket.send(handle, bytes("still")));
      t.equal(text((await t.observed(run, "receive-from"))[0]?.data), "still");
    });

    test(
      "reports an unused peer address once, on a later call, and the socket stays usable",
      { needs: ["refusedDatagrams"] },
      async (t) => {
        const vacant = await t.vacant("udp");
        const handle = await t.create("udp");
        await t.ok(t.socket.connect(handle, vacant));
        await t.ok(t.socket.setReadTimeout(handle, 10_000n));
        await t.ok(t.socket.send(handle, bytes("anybody?")));
        await t.fails(t.socket.receive(handle, 10n), "connection-refused");
        const run = await t.peer.run([
          bind,
          { step: "receive-from" },
          { step: "send-to", data: bytes("here") },
        ]);
        await t.ok(t.socket.connect(handle, run.address));
        await t.ok(t.socket.send(handle, bytes("anybody?")));
        t.equal(text(await t.ok(t.socket.receive(handle, 10n))), "here");
      },
    );

    test("looks up names", { needs: ["names"] }, async (t) => {
      const run = await t.peer.run([bind]);
      const handle = await t.create("udp");
      const { port } = run.address;
      await t.fails(
        t.socket.connect(handle, { host: "nowhere.test", port }),
        "address-not-available",
      );
      await t.ok(t.socket.connect(handle, { host: "peer.test", port }));
      t.equal(await t.ok(t.socket.getPeerAddress(handle)), run.address);
    });

    test("makes receives fail with timeout after the read timeout", async (t) => {
      const { handle } = await t.connectedDatagrams();
      await t.ok(t.socket.setReadTimeout(handle, 20n));
      await t.fails(t.socket.receive(handle, 10n), "timeout");
      await t.fails(t.socket.receiveFrom(handle, 10n), "timeout");
      await t.ok(t.socket.setReadTimeout(handle, 0n));
      await t.fails(t.socket.receive(handle, 10n), "would-block");
    });

    test(
      "fails with network-unreachable if the policy denies the peer",
      { options: { policy: { connect: () => false } } },
      async (t) => {
        const run = await t.peer.run([bind]);
        const handle = await t.create("udp");
        await t.fails(
          t.socket.connect(handle, run.address),
          "network-unreachable",
        );
        await t.fails(t.socket.getPeerAddress(handle), "invalid-input");
      },
    );

    test(
      "lets close abort a waiting receive",
      { needs: ["concurrent"] },
      async (t) => {
        const { handle } = await t.connectedDatagrams();
        const { result } = await t.begin(t.socket.receive(handle, 10n));
        await t.ok(t.socket.close(handle));
        await t.fails(result, "connection-aborted");
      },
    );
  });
}
