import type { Suite } from "../suite.js";

/** Declares the tests of `set-reuse-address`. */
export function reuseAddressTests(suite: Suite): void {
  suite.group("set-reuse-address", "udp", (test) => {
    test(
      "lets sockets share an address if all of them enable it",
      { needs: ["sharedAddresses"] },
      async (t) => {
        const first = await t.create("udp");
        await t.ok(t.socket.setReuseAddress(first, true));
        await t.ok(t.socket.bind(first, { host: t.loopback, port: 0 }));
        const address = await t.ok(t.socket.getLocalAddress(first));
        const unwilling = await t.create("udp");
        await t.fails(t.socket.bind(unwilling, address), "address-in-use");
        const willing = await t.create("udp");
        await t.ok(t.socket.setReuseAddress(willing, true));
        await t.ok(t.socket.bind(willing, address));
        t.equal(await t.ok(t.socket.getLocalAddress(willing)), address);
      },
    );

    test("can be disabled again before bind", async (t) => {
      const { address } = await t.bound("udp");
      const handle = await t.create("udp");
      await t.ok(t.socket.setReuseAddress(handle, true));
      await t.ok(t.socket.setReuseAddress(handle, false));
      await t.fails(t.socket.bind(handle, address), "address-in-use");
    });
  });

  suite.group("set-reuse-address", "tcp", (test) => {
    test("does not let two listeners share an address", async (t) => {
      const first = await t.create("tcp");
      await t.ok(t.socket.setReuseAddress(first, true));
      await t.ok(t.socket.bind(first, { host: t.loopback, port: 0 }));
      await t.ok(t.socket.listen(first, 1));
      const address = await t.ok(t.socket.getLocalAddress(first));
      const second = await t.create("tcp");
      await t.ok(t.socket.setReuseAddress(second, true));
      await t.fails(t.socket.bind(second, address), "address-in-use");
    });

    test("accepts only true and false", { needs: ["untyped"] }, async (t) => {
      const handle = await t.create("tcp");
      const strange: unknown[] = [1, 0, "true", undefined, null];
      for (const reuse of strange) {
        await t.fails(
          t.socket.setReuseAddress(handle, reuse as boolean),
          "invalid-input",
        );
      }
      await t.ok(t.socket.setReuseAddress(handle, false));
      await t.ok(t.socket.setReuseAddress(handle, true));
    });
  });
}
