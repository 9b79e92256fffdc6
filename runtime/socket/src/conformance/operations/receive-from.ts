import { bytes, text } from "../context.js";
import { Digest, pattern, patternDigest } from "../pattern.js";
import type { Suite } from "../suite.js";

/** Declares the tests of `receive-from`. */
export function receiveFromTests(suite: Suite): void {
  suite.group("receive-from", "udp", (test, family) => {
    const bind = { step: "bind", family } as const;

    test("returns a datagram and its sender", async (t) => {
      const { handle, address } = await t.bound("udp");
      const run = await t.peer.run([
        bind,
        { step: "send-to", data: bytes("hello"), address },
      ]);
      t.equal(await t.ok(t.socket.receiveFrom(handle, 100n)), [
        bytes("hello"),
        run.address,
      ]);
    });

    test("returns datagrams one at a time, in order", async (t) => {
      const { handle, address } = await t.bound("udp");
      await t.peer.run([
        bind,
        { step: "send-to", data: bytes("first"), address },
        { step: "send-to", data: bytes("second"), address },
      ]);
      t.equal(
        text((await t.ok(t.socket.receiveFrom(handle, 1000n)))[0]),
        "first",
      );
      t.equal(
        text((await t.ok(t.socket.receiveFrom(handle, 1000n)))[0]),
        "second",
      );
    });

    test("drops the bytes of a datagram beyond max-len", async (t) => {
      const { handle, address } = await t.bound("udp");
      await t.peer.run([
        bind,
        { step: "send-to", data: bytes("0123456789"), address },
        { step: "send-to", data: bytes("next"), address },
        { step: "send-to", data: bytes("last"), address },
      ]);
      t.equal(text((await t.ok(t.socket.receiveFrom(handle, 4n)))[0]), "0123");
      t.equal(
        (await t.ok(t.socket.receiveFrom(handle, 0n)))[0],
        new Uint8Array(),
      );
      t.equal(text((await t.ok(t.socket.receiveFrom(handle, 4n)))[0]), "last");
    });

    test("returns empty datagrams", async (t) => {
      const { handle, address } = await t.bound("udp");
      const run = await t.peer.run([
        bind,
        { step: "send-to", data: new Uint8Array(), address },
      ]);
      t.equal(await t.ok(t.socket.receiveFrom(handle, 10n)), [
        new Uint8Array(),
        run.address,
      ]);
    });

    test("returns large datagrams whole, in arrays that the caller owns", async (t) => {
      const { handle, address } = await t.bound("udp");
      const length = 50_000;
      await t.peer.run([
        bind,
        { step: "send-to", data: pattern(length, 1), address },
        { step: "send-to", data: pattern(length, 2), address },
      ]);
      for (const [seed, most] of [
        [1, 65_536n],
        [2, 0xffff_ffff_ffff_ffffn],
      ] as const) {
        const [data] = await t.ok(t.socket.receiveFrom(handle, most));
        t.equal(new Digest().add(data).toString(), patternDigest(length, seed));
        data.fill(0);
      }
    });

    test("waits for a datagram that arrives later", async (t) => {
      const { handle, address } = await t.bound("udp");
      await t.peer.run([
        bind,
        { step: "pause", milliseconds: 30 },
        { step: "send-to", data: bytes("late"), address },
      ]);
      t.equal(text((await t.ok(t.socket.receiveFrom(handle, 10n)))[0]), "late");
    });

    test("fails with timeout after the read timeout, and the socket stays usable", async (t) => {
      const { handle, address } = await t.bound("udp");
      await t.ok(t.socket.setReadTimeout(handle, 30n));
      await t.fails(t.socket.receiveFrom(handle, 10n), "timeout");
      await t.ok(t.socket.setReadTimeout(handle, 0n));
      await t.fails(t.socket.receiveFrom(handle, 10n), "would-block");
      await t.ok(t.socket.setReadTimeout(handle));
      await t.peer.run([bind, { step: "send-to", data: bytes("x"), address }]);
      t.equal(text((await t.ok(t.socket.receiveFrom(handle, 10n)))[0]), "x");
    });

    test("makes progress with a timeout of zero", async (t) => {
      const { handle, address } = await t.bound("udp");
      await t.ok(t.socket.setReadTimeout(handle, 0n));
      await t.peer.run([
        bind,
        { step: "send-to", data: bytes("polled"), address },
      ]);
      const [data] = await t.poll(() => t.socket.receiveFrom(handle, 10n));
      t.equal(text(data), "polled");
    });

    test(
      "fails with invalid-input if max-len is not a u64",
      { needs: ["untyped"] },
      async (t) => {
        const { handle } = await t.bound("udp");
        for (const length of [-1n, 0x1_0000_0000_0000_0000n, 5, undefined]) {
          await t.fails(
            t.socket.receiveFrom(handle, length as bigint),
            "invalid-input",
          );
        }
      },
    );

    test("returns the address to which a reply can be sent", async (t) => {
      const { handle, address } = await t.bound("udp");
      const run = await t.peer.run([
        bind,
        { step: "send-to", data: bytes("ping"), address },
        { step: "receive-from" },
      ]);
      const [data, sender] = await t.ok(t.socket.receiveFrom(handle, 10n));
      await t.ok(t.socket.sendTo(handle, data, sender));
      const [answer] = await t.observed(run, "receive-from");
      t.equal(text(answer?.data), "ping");
      t.equal(answer?.address, address);
    });

    test(
      "keeps the oldest datagrams if more arrive than the limit allows",
      { options: { limits: { queuedDatagrams: 4 } } },
      async (t) => {
        const { handle, address } = await t.bound("udp");
        const run = await t.peer.run([
          bind,
          ...Array.from(
            { length: 20 },
            (_, index) =>
              ({
                step: "send-to",
                data: bytes(String(index)),
                address,
              }) as const,
          ),
        ]);
        await run.finished;
        await t.pause(20);
        await t.ok(t.socket.setReadTimeout(handle, 50n));
        const received: string[] = [];
        for (;;) {
          const next = await t.socket.receiveFrom(handle, 10n);
          if (next.tag === "err") break;
          received.push(text(next.val[0]));
        }
        t.equal(
          received.length >= 4,
          true,
          `${String(received.length)} datagrams were kept`,
        );
        t.equal(
          received,
          received.map((_, index) => String(index)),
        );
      },
    );

    test(
      "serves waiting calls in order",
      { needs: ["concurrent"] },
      async (t) => {
        const { handle, address } = await t.bound("udp");
        const waiting = [
          t.socket.receiveFrom(handle, 10n),
          t.socket.receiveFrom(handle, 10n),
        ];
        await t.peer.run([
          bind,
          { step: "send-to", data: bytes("one"), address },
          { step: "send-to", data: bytes("two"), address },
        ]);
        const received: string[] = [];
        for (const result of waiting)
          received.push(text((await t.ok(result))[0]));
        t.equal(received, ["one", "two"]);
      },
    );

    test(
      "fails with connection-aborted if the socket is closed while it waits",
      { needs: ["concurrent"] },
      async (t) => {
        const { handle } = await t.bound("udp");
        const { result } = await t.begin(t.socket.receiveFrom(handle, 10n));
        await t.ok(t.socket.close(handle));
        await t.fails(result, "connection-aborted");
      },
    );
  });
}
