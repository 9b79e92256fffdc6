import { bytes, text } from "../context.js";
import { pattern, patternDigest } from "../pattern.js";
import { sharingBytes } from "../sharing-bytes.js";
import type { Suite } from "../suite.js";
import { impossibleDestinations } from "./connect-tcp.js";

/** Declares the tests of `send-to`. */
export function sendToTests(suite: Suite): void {
  suite.group("send-to", "udp", (test) => {
    test("sends one datagram and binds the socket", async (t) => {
      const run = await t.peer.run([
        { step: "bind", family: t.family },
        { step: "receive-from" },
      ]);
      const handle = await t.create("udp");
      await t.fails(t.socket.getLocalAddress(handle), "invalid-input");
      t.equal(
        await t.ok(t.socket.sendTo(handle, bytes("hello"), run.address)),
        5n,
      );
      const local = await t.ok(t.socket.getLocalAddress(handle));
      const [received] = await t.observed(run, "receive-from");
      t.equal(text(received?.data), "hello");
      t.equal(received?.address, { host: t.loopback, port: local.port });
      await t.fails(t.socket.getPeerAddress(handle), "invalid-input");
    });

    test("sends from the bound address", async (t) => {
      const run = await t.peer.run([
        { step: "bind", family: t.family },
        { step: "receive-from" },
      ]);
      const { handle, address } = await t.bound("udp");
      await t.ok(t.socket.sendTo(handle, bytes("x"), run.address));
      t.equal((await t.observed(run, "receive-from"))[0]?.address, address);
    });

    test("sends empty datagrams", async (t) => {
      const run = await t.peer.run([
        { step: "bind", family: t.family },
        { step: "receive-from" },
      ]);
      const handle = await t.create("udp");
      t.equal(
        await t.ok(t.socket.sendTo(handle, new Uint8Array(), run.address)),
        0n,
      );
      t.equal(
        (await t.observed(run, "receive-from"))[0]?.data,
        new Uint8Array(),
      );
    });

    test("sends large datagrams whole", async (t) => {
      const run = await t.peer.run([
        { step: "bind", family: t.family },
        { step: "receive-from" },
      ]);
      const handle = await t.create("udp");
      const length = 60_000;
      t.equal(
        await t.ok(t.socket.sendTo(handle, pattern(length, 3), run.address)),
        BigInt(length),
      );
      t.equal(
        (await t.observed(run, "receive-from"))[0]?.digest,
        patternDigest(length, 3),
      );
    });

    test("fails with invalid-input if the data exceeds a datagram, and the socket stays usable", async (t) => {
      const run = await t.peer.run([
        { step: "bind", family: t.family },
        { step: "receive-from" },
      ]);
      const handle = await t.create("udp");
      const largest = t.family === "ipv4" ? 65_507 : 65_527;
      for (const length of [largest + 1, 65_536, 1_000_000]) {
        await t.fails(
          t.socket.sendTo(handle, new Uint8Array(length), run.address),
          "invalid-input",
          `${String(length)} bytes`,
        );
      }
      await t.ok(t.socket.sendTo(handle, bytes("small"), run.address));
      t.equal(text((await t.observed(run, "receive-from"))[0]?.data), "small");
    });

    test("lets the caller reuse the buffer as soon as it returns", async (t) => {
      const count = 20;
      const run = await t.peer.run([
        { step: "bind", family: t.family },
        { step: "pause", milliseconds: 30 },
        ...Array.from(
          { length: count },
          () => ({ step: "receive-from" }) as const,
        ),
      ]);
      const handle = await t.create("udp");
      const length = 1000;
      const buffers = [new Uint8Array(length), sharingBytes(length)];
      for (let round = 0; round < count; round++) {
        const buffer = buffers[round % 2] ?? new Uint8Array(length);
        buffer.set(pattern(length, round));
        await t.ok(t.socket.sendTo(handle, buffer, run.address));
        buffer.fill(0xcc);
      }
      const digests = (await t.observed(run, "receive-from")).map(
        ({ digest }) => digest,
      );
      const expected = Array.from({ length: count }, (_, round) =>
        patternDigest(length, round),
      );
      t.equal([...digests].sort(), expected.sort());
    });

    test("fails with invalid-input for an invalid destination and changes nothing", async (t) => {
      const handle = await t.create("udp");
      for (const address of impossibleDestinations(t, "udp")) {
        const label = `${JSON.stringify(address.host)} port ${String(address.port)}`;
        await t.fails(
          t.socket.sendTo(handle, bytes("x"), address),
          "invalid-input",
          label,
        );
      }
      await t.fails(t.socket.getLocalAddress(handle), "invalid-input");
    });

    test(
      "fails with invalid-input if the data is not a Uint8Array",
      { needs: ["untyped"] },
      async (t) => {
        const run = await t.peer.run([{ step: "bind", family: t.family }]);
        const handle = await t.create("udp");
        const strange: unknown[] = ["text", [1], undefined, new Uint16Array(1)];
        for (const data of strange) {
          await t.fails(
            t.socket.sendTo(handle, data as Uint8Array, run.address),
            "invalid-input",
          );
        }
      },
    );

    test("reaches only the peer of a connected socket", async (t) => {
      const { handle, run } = await t.connectedDatagrams({
        step: "receive-from",
      });
      const other = await t.peer.run([{ step: "bind", family: t.family }]);
      await t.fails(
        t.socket.sendTo(handle, bytes("x"), other.address),
        "invalid-input",
      );
      t.equal(
        await t.ok(t.socket.sendTo(handle, bytes("to peer"), run.address)),
        7n,
      );
      t.equal(
        text((await t.observed(run, "receive-from"))[0]?.data),
        "to peer",
      );
    });

    test("looks up names", { needs: ["names"] }, async (t) => {
      const run = await t.peer.run([
        { step: "bind", family: t.family },
        { step: "receive-from" },
      ]);
      const handle = await t.create("udp");
      const { port } = run.address;
      const other = t.family === "ipv4" ? "six.test" : "four.test";
      for (const host of ["nowhere.test", other, "wildcard.test"]) {
        await t.fails(
          t.socket.sendTo(handle, bytes("x"), { host, port }),
          "address-not-available",
          host,
        );
      }
      await t.ok(
        t.socket.sendTo(handle, bytes("named"), { host: "peer.test", port }),
      );
      t.equal(text((await t.observed(run, "receive-from"))[0]?.data), "named");
    });

    test(
      "fails with network-unreachable if the policy denies the destination",
      { options: { policy: { sendTo: ({ port }) => port === 9 } } },
      async (t) => {
        const run = await t.peer.run([{ step: "bind", family: t.family }]);
        const handle = await t.create("udp");
        await t.fails(
          t.socket.sendTo(handle, bytes("x"), run.address),
          "network-unreachable",
        );
      },
    );
  });
}
