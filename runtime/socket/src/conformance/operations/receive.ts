import { bytes, text } from "../context.js";
import { pattern, patternDigest } from "../pattern.js";
import type { Suite } from "../suite.js";

const megabyte = 1_048_576;
const highest = 0xffff_ffff_ffff_ffffn;

/** Declares the tests of `receive` on TCP connections. */
export function receiveTests(suite: Suite): void {
  suite.group("receive", "tcp", (test) => {
    test("returns at most max-len bytes, and the rest later", async (t) => {
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

    test("returns one byte at a time if max-len is 1", async (t) => {
      const { handle } = await t.connected({
        step: "send",
        data: bytes("abcdef"),
      });
      let read = "";
      for (let count = 0; count < 6; count++)
        read += text(await t.ok(t.socket.receive(handle, 1n)));
      t.equal(read, "abcdef");
    });

    test("waits for data that arrives later", async (t) => {
      const { handle } = await t.connected(
        { step: "pause", milliseconds: 40 },
        { step: "send", data: bytes("late") },
      );
      t.equal(text(await t.receiveExactly(handle, 4)), "late");
    });

    test("returns an empty list immediately if max-len is 0, which does not mean the end", async (t) => {
      const { handle } = await t.connected(
        { step: "pause", milliseconds: 40 },
        { step: "send", data: bytes("data") },
      );
      t.equal(await t.ok(t.socket.receive(handle, 0n)), new Uint8Array());
      t.equal(text(await t.receiveExactly(handle, 4)), "data");
    });

    test("accepts the largest max-len and returns the available bytes", async (t) => {
      const { handle } = await t.connected({
        step: "send",
        data: bytes("some"),
      });
      const received = await t.ok(t.socket.receive(handle, highest));
      t.equal(text(received), "some".slice(0, received.length));
    });

    test(
      "returns no more than the limit of the host, however large max-len is",
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
      "fails with invalid-input if max-len is not a u64",
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

    test("returns an empty list at the end of the stream, every time", async (t) => {
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

    test("returns an empty list at the end of the stream, even after a send fails", async (t) => {
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

    test("never returns an empty list before the end of the stream", async (t) => {
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

    test("fails with timeout after the read timeout, and the socket stays usable", async (t) => {
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

    test("returns megabytes in arrays that the caller owns", async (t) => {
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

    test("returns a large amount of data in small pieces", async (t) => {
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
      "fails with connection-reset after the peer resets the connection",
      { needs: ["reset"] },
      async (t) => {
        // The peer resets only after this end is connected: an earlier reset would make `connect` fail.
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
      "returns the bytes that arrived before a reset, then fails with connection-reset",
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
      "returns the end of the stream after the peer half-closes, and this end can still send",
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
      "serves waiting calls in order",
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
      "waits while a send is in progress, without blocking it",
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
      "fails with connection-aborted if the socket is closed while it waits",
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
