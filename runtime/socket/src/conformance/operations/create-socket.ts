import type { AddressFamily, SocketProtocol } from "@wit2ts/core-libs/socket";
import type { Suite } from "../suite.js";

/** Declares the tests of `create-socket` and the handles that it returns. */
export function createSocketTests(suite: Suite): void {
  for (const protocol of ["tcp", "udp"] as const) {
    suite.group("create-socket", protocol, (test) => {
      test("returns a distinct handle for every socket", async (t) => {
        const handles = new Set<number>();
        for (let count = 0; count < 20; count++)
          handles.add(await t.create(protocol));
        t.equal(handles.size, 20);
      });

      test("opens nothing in the network", async (t) => {
        const handle = await t.create(protocol);
        await t.fails(t.socket.getLocalAddress(handle), "invalid-input");
        await t.fails(t.socket.getPeerAddress(handle), "invalid-input");
      });

      test(
        "rejects an invalid family and an invalid protocol",
        { needs: ["untyped"] },
        async (t) => {
          // A guest that is not type-checked may pass any value.
          const strange = "ipx" as AddressFamily;
          await t.fails(
            t.socket.createSocket(strange, protocol),
            "invalid-input",
          );
          await t.fails(
            t.socket.createSocket(t.family, "sctp" as SocketProtocol),
            "invalid-input",
          );
        },
      );

      test(
        "enforces the limit of open sockets, and a closed socket no longer counts",
        { options: { limits: { openSockets: 2 } } },
        async (t) => {
          const first = await t.create(protocol);
          await t.create(protocol);
          await t.fails(t.socket.createSocket(t.family, protocol), "other");
          await t.ok(t.socket.close(first));
          await t.create(protocol);
          await t.fails(t.socket.createSocket(t.family, protocol), "other");
        },
      );
    });
  }
}
