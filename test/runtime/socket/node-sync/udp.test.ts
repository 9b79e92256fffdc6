import type { Result } from "@wit2ts/runtime";
import { createNodeSyncSocket } from "@wit2ts/socket/node-sync";
import { describe, expect, test } from "vitest";

function value<T>(result: Result<T, string>): T {
  if (result.tag === "err") throw new Error(result.val);
  return result.val;
}

describe.each([{ borrow: false }, { borrow: true }])(
  "datagrams that nobody fetches, borrow $borrow,",
  ({ borrow }) => {
    test.each([1, 2, 3])(
      "are kept up to a bound of %i, the oldest of them",
      (queuedDatagrams) => {
        using socket = createNodeSyncSocket({
          borrow,
          limits: { queuedDatagrams },
        });
        const bound = (): number => {
          const handle = value(socket.createSocket("ipv4", "udp"));
          value(socket.bind(handle, { host: "127.0.0.1", port: 0 }));
          value(socket.setReadTimeout(handle, 200n));
          return handle;
        };
        const near = bound();
        const far = bound();
        const address = value(socket.getLocalAddress(far));
        for (let round = 0; round < 2; round++) {
          for (let count = 0; count < 10; count++)
            value(socket.sendTo(near, Uint8Array.of(count), address));
          // Time for the worker to take in all of them.
          expect(socket.receiveFrom(near, 9n)).toMatchObject({
            val: "timeout",
          });
          for (let count = 0; count < queuedDatagrams; count++)
            expect([...value(socket.receiveFrom(far, 9n))[0]]).toEqual([count]);
          expect(socket.receiveFrom(far, 9n)).toMatchObject({ val: "timeout" });
        }
      },
    );
  },
);
