import { bytes, text } from "../context.js";
import { Digest, pattern, patternDigest } from "../pattern.js";
import { sharingBytes } from "../sharing-bytes.js";
import type { Suite } from "../suite.js";

const megabyte = 1_048_576;

/** Declares the tests of `send` on TCP connections. */
export function sendTests(suite: Suite): void {
  suite.group("send", "tcp", (test) => {
    test("succeeds with 0 for no bytes", async (t) => {
      const { handle, run } = await t.connected({ step: "receive" });
      t.equal(await t.ok(t.socket.send(handle, new Uint8Array())), 0n);
      await t.ok(t.socket.setWriteTimeout(handle, 0n));
      t.equal(await t.ok(t.socket.send(handle, new Uint8Array())), 0n);
      await t.ok(t.socket.close(handle));
      t.equal((await t.observed(run, "receive"))[0]?.data, new Uint8Array());
    });

    test(
      "fails with invalid-input if the data is not a Uint8Array",
      { needs: ["untyped"] },
      async (t) => {
        const { handle } = await t.connected();
        const strange: unknown[] = [
          "text",
          [1, 2],
          undefined,
          null,
          new Uint16Array(2),
          new ArrayBuffer(4),
        ];
        for (const data of strange) {
          await t.fails(
            t.socket.send(handle, data as Uint8Array),
            "invalid-input",
          );
        }
      },
    );

    test("delivers bytes in order", async (t) => {
      const { handle, run } = await t.connected({ step: "receive" });
      for (const part of ["one ", "two ", "three"]) {
        t.equal(
          await t.ok(t.socket.send(handle, bytes(part))),
          BigInt(part.length),
        );
      }
      await t.ok(t.socket.close(handle));
      t.equal(
        text((await t.observed(run, "receive"))[0]?.data),
        "one two three",
      );
    });

    test("sends megabytes completely without a timeout", async (t) => {
      const { handle, run } = await t.connected({ step: "receive" });
      const length = 4 * megabyte + 13;
      t.equal(
        await t.ok(t.socket.send(handle, pattern(length, 7))),
        BigInt(length),
      );
      await t.ok(t.socket.close(handle));
      const [received] = await t.observed(run, "receive");
      t.equal(received?.digest, patternDigest(length, 7));
      t.equal(received?.ended, true);
    });

    test("lets the caller reuse the buffer as soon as it returns", async (t) => {
      const { handle, run } = await t.connected({ step: "receive" });
      const digest = new Digest();
      const buffer = new Uint8Array(65_536);
      for (let round = 0; round < 64; round++) {
        buffer.set(pattern(buffer.length, round));
        const sent = Number(await t.ok(t.socket.send(handle, buffer)));
        digest.add(buffer.subarray(0, sent));
        buffer.fill(0xcc);
      }
      await t.ok(t.socket.close(handle));
      t.equal((await t.observed(run, "receive"))[0]?.digest, digest.toString());
    });

    test("lets the caller reuse small buffers too", async (t) => {
      const { handle, run } = await t.connected({ step: "receive" });
      const digest = new Digest();
      const buffer = new Uint8Array(97);
      for (let round = 0; round < 500; round++) {
        buffer.set(pattern(buffer.length, round));
        const sent = Number(await t.ok(t.socket.send(handle, buffer)));
        digest.add(buffer.subarray(0, sent));
        buffer.fill(0xcc);
      }
      await t.ok(t.socket.close(handle));
      t.equal((await t.observed(run, "receive"))[0]?.digest, digest.toString());
    });

    test("lets the caller reuse a buffer whose slice shares memory", async (t) => {
      // The peer reads late, so the bytes stay in a buffer until then.
      const { handle, run } = await t.connected(
        { step: "pause", milliseconds: 30 },
        { step: "receive" },
      );
      const digest = new Digest();
      const buffer = sharingBytes(4_096);
      for (let round = 0; round < 20; round++) {
        buffer.set(pattern(buffer.length, round));
        const sent = Number(await t.ok(t.socket.send(handle, buffer)));
        digest.add(buffer.subarray(0, sent));
        buffer.fill(0xcc);
      }
      await t.ok(t.socket.close(handle));
      t.equal((await t.observed(run, "receive"))[0]?.digest, digest.toString());
    });

    test("sends only the given view of a larger buffer", async (t) => {
      const { handle, run } = await t.connected({ step: "receive" });
      const whole = pattern(1000, 3);
      t.equal(
        await t.ok(t.socket.send(handle, whole.subarray(100, 900))),
        800n,
      );
      await t.ok(t.socket.close(handle));
      t.equal(
        (await t.observed(run, "receive"))[0]?.data,
        whole.slice(100, 900),
      );
    });

    test("to a peer that does not read ends with the write timeout, and exactly what was counted arrives", async (t) => {
      const { handle, run, tell } = await t.connectedToIdlePeer({
        step: "receive",
      });
      await t.ok(t.socket.setWriteTimeout(handle, 40n));
      const digest = new Digest();
      const chunk = pattern(megabyte, 11);
      let last: string | undefined;
      for (let round = 0; round < 256 && last === undefined; round++) {
        const sent = await t.socket.send(handle, chunk);
        if (sent.tag === "err") {
          last = sent.val;
        } else {
          const count = Number(sent.val);
          t.equal(
            count > 0 && count <= chunk.length,
            true,
            "a success counts at least one byte",
          );
          digest.add(chunk.subarray(0, count));
        }
      }
      t.equal(last, "timeout");
      // The socket stays usable: the rest is sent once the peer reads.
      await tell();
      await t.ok(t.socket.setWriteTimeout(handle));
      t.equal(await t.ok(t.socket.send(handle, bytes("end"))), 3n);
      digest.add(bytes("end"));
      await t.ok(t.socket.close(handle));
      t.equal((await t.observed(run, "receive"))[1]?.digest, digest.toString());
    });

    test("with a timeout of zero takes what there is room for and does not wait", async (t) => {
      const { handle, run, tell } = await t.connectedToIdlePeer({
        step: "receive",
      });
      await t.ok(t.socket.setWriteTimeout(handle, 0n));
      const digest = new Digest();
      const chunk = pattern(megabyte, 12);
      let last: string | undefined;
      for (let round = 0; round < 256 && last === undefined; round++) {
        const sent = await t.socket.send(handle, chunk);
        if (sent.tag === "err") last = sent.val;
        else digest.add(chunk.subarray(0, Number(sent.val)));
      }
      t.equal(last, "would-block");
      t.equal(digest.length > 0, true, "a timeout of zero makes progress");
      await t.ok(t.socket.close(handle));
      await tell();
      t.equal((await t.observed(run, "receive"))[1]?.digest, digest.toString());
    });

    test(
      "fails with connection-reset after the peer resets the connection",
      { needs: ["reset"] },
      async (t) => {
        const { handle, run } = await t.connected(
          { step: "receive", length: 1 },
          { step: "reset" },
        );
        await t.ok(t.socket.send(handle, bytes("!")));
        await run.finished;
        await t.ok(t.socket.setWriteTimeout(handle, 10_000n));
        for (let round = 0; round < 500; round++) {
          const sent = await t.socket.send(handle, new Uint8Array(65_536));
          if (sent.tag === "err") {
            t.equal(sent.val, "connection-reset");
            await t.fails(
              t.socket.send(handle, bytes("again")),
              "connection-reset",
            );
            return;
          }
          await t.pause(1);
        }
        throw new Error(
          "sends into a connection that is broken go on to succeed",
        );
      },
    );

    test("eventually fails with connection-reset after the peer closes the connection", async (t) => {
      const { handle, run } = await t.connected(
        { step: "receive", length: 1 },
        { step: "close" },
      );
      await t.ok(t.socket.send(handle, bytes("!")));
      await run.finished;
      await t.ok(t.socket.setWriteTimeout(handle, 10_000n));
      for (let round = 0; round < 500; round++) {
        const sent = await t.socket.send(handle, new Uint8Array(65_536));
        if (sent.tag === "err") {
          t.equal(sent.val, "connection-reset");
          return;
        }
        await t.pause(1);
      }
      throw new Error("sends to a peer that is gone go on to succeed");
    });

    test(
      "continues after the peer half-closes the connection",
      { needs: ["finish"] },
      async (t) => {
        const { handle, run } = await t.connected(
          { step: "finish" },
          { step: "receive" },
        );
        t.equal(await t.ok(t.socket.receive(handle, 10n)), new Uint8Array());
        const length = megabyte;
        t.equal(
          await t.ok(t.socket.send(handle, pattern(length, 21))),
          BigInt(length),
        );
        await t.ok(t.socket.close(handle));
        t.equal(
          (await t.observed(run, "receive"))[0]?.digest,
          patternDigest(length, 21),
        );
      },
    );

    test(
      "sends the data of waiting calls in the order of the calls",
      { needs: ["concurrent"] },
      async (t) => {
        const { handle, run } = await t.connected(
          { step: "pause", milliseconds: 50 },
          { step: "receive" },
        );
        const parts = [
          pattern(3 * megabyte, 1),
          pattern(10, 2),
          pattern(megabyte, 3),
          pattern(1, 4),
        ];
        const results = parts.map((part) => t.socket.send(handle, part));
        const digest = new Digest();
        for (const [index, part] of parts.entries()) {
          t.equal(
            await t.ok(results[index] ?? t.socket.send(handle, part)),
            BigInt(part.length),
          );
          digest.add(part);
        }
        await t.ok(t.socket.close(handle));
        t.equal(
          (await t.observed(run, "receive"))[0]?.digest,
          digest.toString(),
        );
      },
    );

    test(
      "fails with connection-aborted if the socket is closed while it waits",
      { needs: ["concurrent"] },
      async (t) => {
        const { handle } = await t.connected({
          step: "pause",
          milliseconds: 2000,
        });
        const { result } = await t.begin(
          t.socket.send(handle, new Uint8Array(64 * megabyte)),
        );
        const { result: behind } = await t.begin(
          t.socket.send(handle, bytes("behind")),
        );
        await t.ok(t.socket.close(handle));
        await t.fails(result, "connection-aborted");
        await t.fails(behind, "connection-aborted");
      },
    );
  });
}
