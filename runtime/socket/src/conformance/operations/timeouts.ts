import { bytes, text } from "../context.js";
import type { Suite } from "../suite.js";

const longest = 0xffff_ffff_ffff_ffffn;
const hour = 3_600_000n;

/** Declares the tests of `set-read-timeout` and `set-write-timeout`. */
export function timeoutTests(suite: Suite): void {
  suite.group("timeouts", "tcp", (test) => {
    test(
      "are rejected with invalid-input and change nothing if they are not a u64",
      { needs: ["untyped"] },
      async (t) => {
        const { handle } = await t.connected(
          { step: "pause", milliseconds: 40 },
          { step: "send", data: bytes("x") },
        );
        for (const time of [-1n, longest + 1n, 5, "5", NaN, false]) {
          await t.fails(
            t.socket.setReadTimeout(handle, time as bigint),
            "invalid-input",
            `read ${String(time)}`,
          );
          await t.fails(
            t.socket.setWriteTimeout(handle, time as bigint),
            "invalid-input",
            `write ${String(time)}`,
          );
        }
        t.equal(text(await t.receiveExactly(handle, 1)), "x");
      },
    );

    test("do not expire early, whatever their length", async (t) => {
      for (const time of [
        0x7fff_ffffn,
        0x8000_0000n,
        0xffff_ffffn,
        2n ** 53n,
        longest,
      ]) {
        const { handle } = await t.connected(
          { step: "pause", milliseconds: 15 },
          { step: "send", data: bytes("x") },
        );
        await t.ok(t.socket.setReadTimeout(handle, time));
        await t.ok(t.socket.setWriteTimeout(handle, time));
        t.equal(
          text(await t.receiveExactly(handle, 1)),
          "x",
          `a timeout of ${String(time)} ms`,
        );
        await t.ok(t.socket.send(handle, bytes("y")));
      }
    });

    test("are cleared by setting none", async (t) => {
      const { handle } = await t.connected(
        { step: "receive", length: 1 },
        { step: "pause", milliseconds: 30 },
        { step: "send", data: bytes("x") },
      );
      await t.ok(t.socket.setReadTimeout(handle, 10n));
      await t.fails(t.socket.receive(handle, 1n), "timeout");
      await t.ok(t.socket.setReadTimeout(handle, undefined));
      await t.ok(t.socket.send(handle, bytes("!")));
      t.equal(text(await t.receiveExactly(handle, 1)), "x");
    });

    test("are separate for reading and writing", async (t) => {
      const { handle } = await t.connected(
        { step: "pause", milliseconds: 30 },
        { step: "send", data: bytes("x") },
      );
      await t.ok(t.socket.setWriteTimeout(handle, 0n));
      t.equal(text(await t.receiveExactly(handle, 1)), "x");
      await t.ok(t.socket.setReadTimeout(handle, 0n));
      await t.ok(t.socket.setWriteTimeout(handle));
      t.equal(await t.ok(t.socket.send(handle, bytes("y"))), 1n);
      await t.fails(t.socket.receive(handle, 1n), "would-block");
    });

    test("do not affect other sockets", async (t) => {
      const one = await t.connected();
      const other = await t.connected(
        { step: "pause", milliseconds: 30 },
        { step: "send", data: bytes("x") },
      );
      await t.ok(t.socket.setReadTimeout(one.handle, 0n));
      t.equal(text(await t.receiveExactly(other.handle, 1)), "x");
    });

    test("expire on time, even after an hour of virtual time", async (t) => {
      const { handle } = await t.connected();
      const time = t.clock === undefined ? 20n : hour;
      await t.ok(t.socket.setReadTimeout(handle, time));
      const begin = t.clock?.now() ?? 0;
      await t.fails(t.socket.receive(handle, 1n), "timeout");
      if (t.clock !== undefined) t.equal(t.clock.now() - begin, Number(hour));
    });

    test(
      "apply only to calls that are made later",
      { needs: ["concurrent"] },
      async (t) => {
        const { handle } = await t.connected(
          { step: "receive", length: 1 },
          { step: "pause", milliseconds: 30 },
          { step: "send", data: bytes("x") },
        );
        const { result } = await t.begin(t.socket.receive(handle, 1n));
        await t.ok(t.socket.setReadTimeout(handle, 0n));
        await t.ok(t.socket.send(handle, bytes("!")));
        t.equal(text(await t.ok(result)), "x");
        await t.fails(t.socket.receive(handle, 1n), "would-block");
      },
    );

    test(
      "also expire for a queued call, and the calls behind it continue",
      { needs: ["concurrent"] },
      async (t) => {
        const { handle } = await t.connected(
          { step: "receive", length: 1 },
          { step: "send", data: bytes("ab") },
        );
        const first = t.socket.receive(handle, 1n);
        await t.ok(t.socket.setReadTimeout(handle, 20n));
        const second = t.socket.receive(handle, 1n);
        await t.ok(t.socket.setReadTimeout(handle));
        const third = t.socket.receive(handle, 1n);
        await t.fails(second, "timeout");
        await t.ok(t.socket.send(handle, bytes("!")));
        t.equal(text(await t.ok(first)), "a");
        t.equal(text(await t.ok(third)), "b");
      },
    );

    test(
      "are limited by the longest wait that the host allows",
      { options: { limits: { longestWait: 30 } } },
      async (t) => {
        const { handle } = await t.listening();
        await t.fails(t.socket.accept(handle), "timeout");
        await t.ok(t.socket.setReadTimeout(handle, hour));
        await t.fails(t.socket.accept(handle), "timeout");
        await t.ok(t.socket.setReadTimeout(handle, 0n));
        await t.fails(t.socket.accept(handle), "would-block");
      },
    );
  });
}
