import { bytes, text } from "../context.js";
import { pattern, patternDigest } from "../pattern.js";
import type { Suite } from "../suite.js";

const megabyte = 1_048_576;
const highest = 0xffff_ffff_ffff_ffffn;

/** `receive` on TCP connections. */
export function receiveTests(suite: Suite): void {
  suite.group("receive", "tcp", (test) => {
    test("gives at most max-len bytes, and the rest later", async (t) => {
      const { handle, run } = await t.connected({
        step: "send",
        data: bytes("0123456789"),
      });
      await run.finished;
      const first = await t.ok(t.socket.receive(handle, 4n));
      t.equal(first.length >= 1 && first.length <= 4, true);
      const rest = await t.receiveExactly(handle, 10 - first.length);
      t.equal(text(first) + text(rest), "0123456789");
    });

    test("gives one byte at a time to who asks for that", async (t) => {
      const { handle } = await t.connected({
        step: "send",
        data: bytes("abcdef"),
      });
      let read = "";
      for (let count = 0; count < 6; count++)
        read += text(await t.ok(t.socket.receive(handle, 1n)));
      t.equal(read, "abcdef");
    });

    test("waits for what comes late", async (t) => {
      const { handle } = await t.connected(
        { step: "pause", milliseconds: 40 },
        { step: "send", data: bytes("late") },
      );
      t.equal(text(await t.receiveExactly(handle, 4)), "late");
    });

    test("of nothing gives nothing, at once, and is no end", async (t) => {
      const { handle } = await t.connected(
        { step: "pause", milliseconds: 40 },
        { step: "send", data: bytes("data") },
      );
      t.equal(await t.ok(t.socket.receive(handle, 0n)), new Uint8Array());
      t.equal(text(await t.receiveExactly(handle, 4)), "data");
    });

    test("takes the largest max-len and gives what is there", async (t) => {
      const { handle } = await t.connected({
        step: "send",
        data: bytes("some"),
      });
      const received = await t.ok(t.socket.receive(handle, highest));
      t.equal(text(received), "some".slice(0, received.length));
    });

    test(
      "gives no more than the host allows, however large max-len is",
      { options: { limits: { receiveBytes: 1000 } } },
      async (t) => {
        const { handle, run } = await t.connected(
          { step: "send-pattern", length: 5000, seed: 9 },
          { step: "close" },
        );
        await run.finished;
        let total = 0;
        for (;;) {
          const { length } = await t.ok(t.socket.receive(handle, highest));
          if (length === 0) break;
          t.equal(length <= 1000, true, `${String(length)} bytes at once`);
          total += length;
        }
        t.equal(total, 5000);
      },
    );

    test(
      "with what is no u64 is invalid-input",
      { needs: ["untyped"] },
      async (t) => {
        const { handle } = await t.connected();
        for (const length of [-1n, highest + 1n, 5, "5", undefined, NaN]) {
          await t.fails(
            t.socket.receive(handle, length as bigint),
            "invalid-input",
            String(length),
          );
        }
      },
    );

    test("gives an empty list at the end, for good", async (t) => {
      const { handle, run } = await t.connected(
        { step: "send", data: bytes("last") },
        { step: "close" },
      );
      await run.finished;
      t.equal(text(await t.receiveExactly(handle, 4)), "last");
      for (let count = 0; count < 5; count++) {
        t.equal(await t.ok(t.socket.receive(handle, 10n)), new Uint8Array());
      }
      await t.ok(t.socket.setReadTimeout(handle, 0n));
      t.equal(await t.ok(t.socket.receive(handle, highest)), new Uint8Array());
    });

    test("gives an empty list at the end, though a send fails afterwards", async (t) => {
      const { handle, run } = await t.connected({ step: "close" });
      await run.finished;
      t.equal(await t.ok(t.socket.receive(handle, 10n)), new Uint8Array());
      await t.ok(t.socket.setWriteTimeout(handle, 10_000n));
      let failure: string | undefined;
      for (let round = 0; round < 500 && failure === undefined; round++) {
        const sent = await t.socket.send(handle, new Uint8Array(65_536));
        if (sent.tag === "err") failure = sent.val;
        else await t.pause(1);
      }
      t.equal(failure, "connection-reset");
      for (let count = 0; count < 3; count++)
        t.equal(await t.ok(t.socket.receive(handle, 10n)), new Uint8Array());
    });

    test("never gives an empty list before the end", async (t) => {
      const { handle } = await t.connected(
        { step: "pause", milliseconds: 20 },
        { step: "send", data: bytes("ab") },
        { step: "pause", milliseconds: 20 },
        { step: "send", data: bytes("cd") },
        { step: "close" },
      );
      await t.ok(t.socket.setReadTimeout(handle, 0n));
      let read = "";
      for (let polls = 0; polls < 2000; polls++) {
        const received = await t.socket.receive(handle, 100n);
        if (received.tag === "err") {
          t.equal(received.val, "would-block");
          await t.pause(1);
        } else if (received.val.length === 0) {
          t.equal(read, "abcd");
          return;
        } else {
          read += text(received.val);
        }
      }
      throw new Error("polling with a timeout of zero never came to the end");
    });

    test("ends with the read timeout, and the socket stays usable", async (t) => {
      const { handle } = await t.connected(
        { step: "receive", length: 1 },
        { step: "send", data: bytes("answer") },
      );
      await t.ok(t.socket.setReadTimeout(handle, 30n));
      const begin = t.clock?.now() ?? 0;
      await t.fails(t.socket.receive(handle, 10n), "timeout");
      if (t.clock !== undefined) t.equal(t.clock.now() - begin, 30);
      await t.fails(t.socket.receive(handle, 10n), "timeout");
      await t.ok(t.socket.send(handle, bytes("?")));
      await t.ok(t.socket.setReadTimeout(handle));
      t.equal(text(await t.receiveExactly(handle, 6)), "answer");
    });

    test("receives megabytes, owned by the caller", async (t) => {
      const length = 4 * megabyte + 7;
      const { handle } = await t.connected(
        { step: "send-pattern", length, seed: 31 },
        { step: "close" },
      );
      t.equal(
        (await t.receiveAll(handle)).toString(),
        patternDigest(length, 31),
      );
    });

    test("receives megabytes in small pieces", async (t) => {
      const length = 200_000;
      const { handle } = await t.connected(
        { step: "send-pattern", length, seed: 32 },
        { step: "close" },
      );
      const data = new Uint8Array(length);
      let filled = 0;
      for (let most = 1; filled < length; most = (most * 7) % 1999 || 1) {
        const received = await t.ok(t.socket.receive(handle, BigInt(most)));
        if (received.length === 0) break;
        data.set(received, filled);
        filled += received.length;
      }
      t.equal(filled, length);
      const wrong = pattern(length, 32).findIndex(
        (byte, index) => byte !== data[index],
      );
      t.equal(wrong, -1, "the first byte that is wrong");
    });

    test(
      "of a connection that was broken off is connection-reset",
      { needs: ["reset"] },
      async (t) => {
        // Not before this side knows that it is connected: a connection that is reset earlier was never made.
        const { handle } = await t.connected(
          { step: "receive", length: 1 },
          { step: "reset" },
        );
        await t.ok(t.socket.send(handle, bytes("!")));
        await t.fails(t.socket.receive(handle, 10n), "connection-reset");
        await t.fails(t.socket.receive(handle, 10n), "connection-reset");
      },
    );

    test(
      "gives what came before a reset, and then the reset",
      { needs: ["reset", "resetAfterData"] },
      async (t) => {
        const { handle, run } = await t.connected(
          { step: "send", data: bytes("before") },
          { step: "receive", length: 1 },
          { step: "reset" },
        );
        await t.ok(t.socket.send(handle, bytes("!")));
        await run.finished;
        await t.pause(10);
        t.equal(text(await t.receiveExactly(handle, 6)), "before");
        await t.fails(t.socket.receive(handle, 10n), "connection-reset");
      },
    );

    test(
      "goes on after this side has sent all and the peer half-closes late",
      { needs: ["finish"] },
      async (t) => {
        const { handle, run } = await t.connected(
          { step: "send", data: bytes("first") },
          { step: "finish" },
          { step: "receive", length: 6 },
          { step: "close" },
        );
        t.equal(text(await t.receiveExactly(handle, 5)), "first");
        t.equal(await t.ok(t.socket.receive(handle, 1n)), new Uint8Array());
        await t.ok(t.socket.send(handle, bytes("second")));
        t.equal(text((await t.observed(run, "receive"))[0]?.data), "second");
      },
    );

    test(
      "calls that wait are served in turn",
      { needs: ["concurrent"] },
      async (t) => {
        const { handle } = await t.connected(
          { step: "pause", milliseconds: 30 },
          { step: "send", data: bytes("abc") },
          { step: "pause", milliseconds: 30 },
          { step: "close" },
        );
        const waiting = [1n, 1n, 1n, 1n].map((length) =>
          t.socket.receive(handle, length),
        );
        let read = "";
        for (const result of waiting) read += `${text(await t.ok(result))},`;
        t.equal(read, "a,b,c,,");
      },
    );

    test(
      "waits while a send goes on, and the other way round",
      { needs: ["concurrent"] },
      async (t) => {
        const length = 2 * megabyte;
        const { handle, run } = await t.connected(
          { step: "receive", length },
          { step: "send", data: bytes("done") },
        );
        const { result } = await t.begin(t.socket.receive(handle, 4n));
        await t.ok(t.socket.send(handle, pattern(length, 41)));
        const first = await t.ok(result);
        t.equal(
          text(first) + text(await t.receiveExactly(handle, 4 - first.length)),
          "done",
        );
        t.equal(
          (await t.observed(run, "receive"))[0]?.digest,
          patternDigest(length, 41),
        );
      },
    );

    test(
      "that waits is aborted by close",
      { needs: ["concurrent"] },
      async (t) => {
        const { handle } = await t.connected();
        const { result } = await t.begin(t.socket.receive(handle, 1n));
        const { result: behind } = await t.begin(t.socket.receive(handle, 1n));
        await t.ok(t.socket.close(handle));
        await t.fails(result, "connection-aborted");
        await t.fails(behind, "connection-aborted");
      },
    );
  });
}
