import type { SocketAddress } from "@wit2ts/core-libs/socket";
import type { TestContext } from "../context.js";
import type { Suite } from "../suite.js";

/** Addresses that cannot be right whoever asks: no backend may pass them on. */
export function impossibleHosts(): string[] {
  return ["", "a\0b", "\0", `${"a".repeat(250)}.com`];
}

/** What is no port. */
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

/** An address that belongs to documentation and to no machine (RFC 5737, RFC 3849). */
export function absentAddress(t: TestContext): SocketAddress {
  return { host: t.family === "ipv4" ? "192.0.2.1" : "2001:db8::1", port: 0 };
}

/** `bind`. */
export function bindTests(suite: Suite): void {
  for (const protocol of ["tcp", "udp"] as const) {
    suite.group("bind", protocol, (test) => {
      test("to port 0 picks a port, visible at once", async (t) => {
        const { address } = await t.bound(protocol);
        t.equal(address.host, t.loopback);
        t.equal(
          Number.isInteger(address.port) &&
            address.port > 0 &&
            address.port < 65_536,
          true,
        );
      });

      test("picks different ports for different sockets", async (t) => {
        const ports = new Set<number>();
        for (let count = 0; count < 8; count++)
          ports.add((await t.bound(protocol)).address.port);
        t.equal(ports.size, 8);
      });

      test("takes the port it is given", async (t) => {
        const wanted = await t.vacant(protocol);
        const handle = await t.create(protocol);
        await t.ok(t.socket.bind(handle, wanted));
        t.equal(await t.ok(t.socket.getLocalAddress(handle)), wanted);
      });

      test("takes the wildcard address", async (t) => {
        const handle = await t.create(protocol);
        await t.ok(t.socket.bind(handle, { host: t.wildcard, port: 0 }));
        const address = await t.ok(t.socket.getLocalAddress(handle));
        t.equal(address.host, t.wildcard);
        t.equal(address.port > 0, true);
      });

      test("to an address in use fails at once, and the socket may bind elsewhere", async (t) => {
        const taken =
          protocol === "tcp" ? await t.listening() : await t.bound("udp");
        const handle = await t.create(protocol);
        await t.fails(t.socket.bind(handle, taken.address), "address-in-use");
        await t.fails(t.socket.getLocalAddress(handle), "invalid-input");
        await t.ok(t.socket.bind(handle, { host: t.loopback, port: 0 }));
      });

      test("to an address that the peer uses fails at once", async (t) => {
        const { address } = await t.peer.run([
          { step: protocol === "tcp" ? "listen" : "bind", family: t.family },
        ]);
        const handle = await t.create(protocol);
        await t.fails(t.socket.bind(handle, address), "address-in-use");
      });

      test("to an address that is bound already fails at once", async (t) => {
        const { address } = await t.bound(protocol);
        const handle = await t.create(protocol);
        await t.fails(t.socket.bind(handle, address), "address-in-use");
      });

      test("to an address this machine lacks is address-not-available", async (t) => {
        const handle = await t.create(protocol);
        await t.fails(
          t.socket.bind(handle, absentAddress(t)),
          "address-not-available",
        );
        await t.ok(t.socket.bind(handle, { host: t.loopback, port: 0 }));
      });

      test("to an address of the other family is invalid-input", async (t) => {
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

      test("to what cannot be an address is invalid-input", async (t) => {
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

      test("a second time is invalid-input and changes nothing", async (t) => {
        const { handle, address } = await t.bound(protocol);
        await t.fails(
          t.socket.bind(handle, { host: t.loopback, port: 0 }),
          "invalid-input",
        );
        t.equal(await t.ok(t.socket.getLocalAddress(handle)), address);
      });

      test("to a port that a closed socket had succeeds", async (t) => {
        const { handle, address } = await t.bound(protocol);
        await t.ok(t.socket.close(handle));
        const next = await t.create(protocol);
        await t.ok(t.socket.bind(next, address));
      });

      test(
        "looks names up, in its own family",
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
        "to an address that the policy forbids is address-not-available",
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
      "lets nobody connect before listen",
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

    test("to the wildcard of a port that a listener has fails", async (t) => {
      const { address } = await t.listening();
      const handle = await t.create("tcp");
      await t.fails(
        t.socket.bind(handle, { host: t.wildcard, port: address.port }),
        "address-in-use",
      );
    });

    test("of multicast and broadcast is invalid-input", async (t) => {
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
