import type { SocketAddress } from "@wit2ts/core-libs/socket";
import type { TestContext } from "../context.js";
import type { Suite } from "../suite.js";

/** Returns hosts that are always invalid: no backend may pass them on. */
export function impossibleHosts(): string[] {
  return ["", "a\0b", "\0", `${"a".repeat(250)}.com`];
}

/** Values that are not valid ports. */
export const impossiblePorts: readonly unknown[] = [
  -1,
  65_536,
  1.5,
  NaN,
  Infinity,
  "80",
  80n,
  null,
  undefined,
];

/** Returns an address that is reserved for documentation, so no machine has it (RFC 5737, RFC 3849). */
export function absentAddress(t: TestContext): SocketAddress {
  return { host: t.family === "ipv4" ? "192.0.2.1" : "2001:db8::1", port: 0 };
}

/** Declares the tests of `bind`. */
export function bindTests(suite: Suite): void {
  for (const protocol of ["tcp", "udp"] as const) {
    suite.group("bind", protocol, (test) => {
      test("assigns a free port for port 0, which is visible immediately", async (t) => {
        const { address } = await t.bound(protocol);
        t.equal(address.host, t.loopback);
        t.equal(
          Number.isInteger(address.port) &&
            address.port > 0 &&
            address.port < 65_536,
          true,
        );
      });

      test("assigns different ports to different sockets", async (t) => {
        const ports = new Set<number>();
        for (let count = 0; count < 8; count++)
          ports.add((await t.bound(protocol)).address.port);
        t.equal(ports.size, 8);
      });

      test("assigns the requested port", async (t) => {
        const wanted = await t.vacant(protocol);
        const handle = await t.create(protocol);
        await t.ok(t.socket.bind(handle, wanted));
        t.equal(await t.ok(t.socket.getLocalAddress(handle)), wanted);
      });

      test("accepts the wildcard address", async (t) => {
        const handle = await t.create(protocol);
        await t.ok(t.socket.bind(handle, { host: t.wildcard, port: 0 }));
        const address = await t.ok(t.socket.getLocalAddress(handle));
        t.equal(address.host, t.wildcard);
        t.equal(address.port > 0, true);
      });

      test("fails immediately for an address in use, and the socket can bind to another address", async (t) => {
        const taken =
          protocol === "tcp" ? await t.listening() : await t.bound("udp");
        const handle = await t.create(protocol);
        await t.fails(t.socket.bind(handle, taken.address), "address-in-use");
        await t.fails(t.socket.getLocalAddress(handle), "invalid-input");
        await t.ok(t.socket.bind(handle, { host: t.loopback, port: 0 }));
      });

      test("fails immediately for an address that the peer uses", async (t) => {
        const { address } = await t.peer.run([
          { step: protocol === "tcp" ? "listen" : "bind", family: t.family },
        ]);
        const handle = await t.create(protocol);
        await t.fails(t.socket.bind(handle, address), "address-in-use");
      });

      test("fails immediately for an address that another socket is bound to", async (t) => {
        const { address } = await t.bound(protocol);
        const handle = await t.create(protocol);
        await t.fails(t.socket.bind(handle, address), "address-in-use");
      });

      test("fails with address-not-available for an address that the machine does not have", async (t) => {
        const handle = await t.create(protocol);
        await t.fails(
          t.socket.bind(handle, absentAddress(t)),
          "address-not-available",
        );
        await t.ok(t.socket.bind(handle, { host: t.loopback, port: 0 }));
      });

      test("fails with invalid-input for an address of the other family", async (t) => {
        const handle = await t.create(protocol);
        await t.fails(
          t.socket.bind(handle, { host: t.foreign, port: 0 }),
          "invalid-input",
        );
        await t.fails(
          t.socket.bind(handle, {
            host: t.family === "ipv4" ? "::" : "0.0.0.0",
            port: 0,
          }),
          "invalid-input",
        );
        await t.fails(
          t.socket.bind(handle, { host: "::ffff:127.0.0.1", port: 0 }),
          "invalid-input",
        );
        await t.fails(t.socket.getLocalAddress(handle), "invalid-input");
      });

      test("fails with invalid-input for an invalid address", async (t) => {
        const handle = await t.create(protocol);
        for (const host of impossibleHosts()) {
          await t.fails(
            t.socket.bind(handle, { host, port: 0 }),
            "invalid-input",
            `host ${JSON.stringify(host)}`,
          );
        }
        for (const port of t.isUntyped ? impossiblePorts : []) {
          const address = { host: t.loopback, port: port as number };
          await t.fails(
            t.socket.bind(handle, address),
            "invalid-input",
            `port ${String(port)}`,
          );
        }
        if (t.isUntyped) {
          await t.fails(
            t.socket.bind(handle, undefined as unknown as SocketAddress),
            "invalid-input",
          );
        }
        await t.ok(t.socket.bind(handle, { host: t.loopback, port: 0 }));
      });

      test("fails with invalid-input the second time and changes nothing", async (t) => {
        const { handle, address } = await t.bound(protocol);
        await t.fails(
          t.socket.bind(handle, { host: t.loopback, port: 0 }),
          "invalid-input",
        );
        t.equal(await t.ok(t.socket.getLocalAddress(handle)), address);
      });

      test("succeeds for a port that a closed socket has released", async (t) => {
        const { handle, address } = await t.bound(protocol);
        await t.ok(t.socket.close(handle));
        const next = await t.create(protocol);
        await t.ok(t.socket.bind(next, address));
      });

      test(
        "looks up names in the family of the socket",
        { needs: ["names"] },
        async (t) => {
          const handle = await t.create(protocol);
          await t.fails(
            t.socket.bind(handle, { host: "nowhere.test", port: 0 }),
            "address-not-available",
          );
          const other = t.family === "ipv4" ? "six.test" : "four.test";
          await t.fails(
            t.socket.bind(handle, { host: other, port: 0 }),
            "address-not-available",
          );
          await t.ok(t.socket.bind(handle, { host: "peer.test", port: 0 }));
          t.equal(
            (await t.ok(t.socket.getLocalAddress(handle))).host,
            t.loopback,
          );
        },
      );

      test(
        "fails with address-not-available if the policy denies the address",
        { options: { policy: { bind: ({ port }) => port === 0 } } },
        async (t) => {
          const forbidden = await t.vacant(protocol);
          const handle = await t.create(protocol);
          await t.fails(
            t.socket.bind(handle, forbidden),
            "address-not-available",
          );
          await t.ok(t.socket.bind(handle, { host: t.loopback, port: 0 }));
        },
      );
    });
  }

  suite.group("bind", "tcp", (test) => {
    test(
      "does not let peers connect before listen",
      { needs: ["refusesBeforeListen"] },
      async (t) => {
        const { handle, address } = await t.bound("tcp");
        const early = await t.peer.run([{ step: "connect", address }]);
        t.equal(
          (await t.observed(early, "connect"))[0]?.error,
          "connection-refused",
        );
        await t.ok(t.socket.listen(handle, 4));
        await t.peer.run([{ step: "connect", address }]);
        await t.ok(t.socket.accept(handle));
      },
    );

    test("fails for the wildcard address and a port that a listener uses", async (t) => {
      const { address } = await t.listening();
      const handle = await t.create("tcp");
      await t.fails(
        t.socket.bind(handle, { host: t.wildcard, port: address.port }),
        "address-in-use",
      );
    });

    test("fails with invalid-input for multicast and broadcast addresses", async (t) => {
      const handle = await t.create("tcp");
      const hosts =
        t.family === "ipv4"
          ? ["224.0.0.1", "239.1.2.3", "255.255.255.255"]
          : ["ff02::1"];
      for (const host of hosts) {
        await t.fails(
          t.socket.bind(handle, { host, port: 0 }),
          "invalid-input",
        );
      }
    });
  });
}
