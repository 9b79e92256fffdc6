/**
 * Transfers through small rings, which are full or empty most of the time. A stale view changes the digest, and a lost
 * wake-up causes a timeout.
 */
import {
  createNodeSyncSocket,
  type BlockingSocketBackend,
} from "@wit2ts/socket/node-sync";
import type { Result } from "@wit2ts/runtime";
import { createHash } from "node:crypto";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

function value<T>(result: Result<T, string>): T {
  if (result.tag === "err") throw new Error(result.val);
  return result.val;
}

/** A pseudo-random generator with the same sequence in every run. */
function pseudoRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe.each([
  { bufferedBytes: 4096, borrow: false },
  { bufferedBytes: 4096, borrow: true },
  { bufferedBytes: 65_536, borrow: false },
])(
  "rings of $bufferedBytes bytes, borrow $borrow",
  ({ bufferedBytes, borrow }) => {
    let socket: BlockingSocketBackend;
    let server: ChildProcess;
    let port: number;

    beforeEach(async () => {
      server = spawn(
        process.execPath,
        [new URL("programs/echo-server.mjs", import.meta.url).pathname],
        {
          stdio: ["pipe", "pipe", "inherit"],
        },
      );
      const [line] = (await once(
        server.stdout as NodeJS.ReadableStream,
        "data",
      )) as [Buffer];
      port = Number(line.toString());
      socket = createNodeSyncSocket({ limits: { bufferedBytes }, borrow });
    });

    afterEach(async () => {
      socket.dispose();
      server.stdin?.end();
      if (server.exitCode === null) await once(server, "exit");
    });

    test.each([1, 2, 3, 4])(
      "transfer megabytes in both directions unchanged, seed %i",
      (seed) => {
        const random = pseudoRandom(seed);
        const handle = value(socket.createSocket("ipv4", "tcp"));
        value(socket.connect(handle, { host: "127.0.0.1", port }));
        value(socket.setReadTimeout(handle, 10_000n));
        value(socket.setWriteTimeout(handle, 10_000n));
        const total = 4 << 20;
        const sent = createHash("sha256");
        const received = createHash("sha256");
        let sentBytes = 0;
        let receivedBytes = 0;
        let rounds = 0;
        while (receivedBytes < total && rounds < 1_000_000) {
          rounds += 1;
          // The number of bytes in flight is limited, or else each side would wait for the other to read.
          if (
            sentBytes < total &&
            sentBytes - receivedBytes < 3 * bufferedBytes
          ) {
            const data = new Uint8Array(1 + random(2 * bufferedBytes)).map(() =>
              random(256),
            );
            const count = Number(value(socket.send(handle, data)));
            sent.update(data.subarray(0, count));
            sentBytes += count;
            data.fill(0);
          }
          if (sentBytes - receivedBytes > bufferedBytes || sentBytes >= total) {
            const data = value(
              socket.receive(handle, BigInt(1 + random(3 * bufferedBytes))),
            );
            received.update(data);
            receivedBytes += data.length;
          }
        }
        while (receivedBytes < sentBytes) {
          const data = value(socket.receive(handle, 65_536n));
          expect(data.length).toBeGreaterThan(0);
          received.update(data);
          receivedBytes += data.length;
        }
        expect(received.digest("hex")).toBe(sent.digest("hex"));
        value(socket.close(handle));
      },
    );

    test("lose nothing when a sender closes while they are full", () => {
      const listener = value(socket.createSocket("ipv4", "tcp"));
      value(socket.bind(listener, { host: "127.0.0.1", port: 0 }));
      value(socket.listen(listener, 4));
      const client = value(socket.createSocket("ipv4", "tcp"));
      value(socket.connect(client, value(socket.getLocalAddress(listener))));
      const peer = value(socket.accept(listener));
      value(socket.setWriteTimeout(client, 200n));
      value(socket.setReadTimeout(peer, 10_000n));
      const random = pseudoRandom(7);
      const sent = createHash("sha256");
      let sentBytes = 0;
      // Until the kernel's buffers and both rings are full.
      for (let round = 0; round < 4_000; round += 1) {
        const data = new Uint8Array(65_536).map(() => random(256));
        const result = socket.send(client, data);
        if (result.tag === "err") {
          expect(result.val).toBe("timeout");
          break;
        }
        sent.update(data.subarray(0, Number(result.val)));
        sentBytes += Number(result.val);
      }
      expect(sentBytes).toBeGreaterThan(bufferedBytes);
      value(socket.close(client));
      const received = createHash("sha256");
      let receivedBytes = 0;
      for (;;) {
        const data = value(socket.receive(peer, 100_000n));
        if (data.length === 0) break;
        received.update(data);
        receivedBytes += data.length;
      }
      expect(receivedBytes).toBe(sentBytes);
      expect(received.digest("hex")).toBe(sent.digest("hex"));
      value(socket.close(peer));
      value(socket.close(listener));
    });
  },
);
